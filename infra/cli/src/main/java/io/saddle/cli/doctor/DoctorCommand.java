package io.saddle.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.doctor.Finding.Status;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Examines a set-up and says what to do. */
@Command(
        name = "doctor",
        description = {
            "Examines a set-up and says what is wrong with it and what to do: this machine, and where they run the local stack's"
                    + " processes, artifact store, Kafka, topics, rights, schema registry, console and versions; or those of"
                    + " another stack that is named. It changes nothing; in the store it writes a file of its own and deletes it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing failed", "1:something failed"},
        footer = {
            "  ./saddle doctor",
            "  ./saddle doctor --json",
            "  ./saddle doctor --bootstrap kafka:9092 --registry http://registry:8081 --console http://console:8080",
            "  ./saddle doctor --bootstrap kafka:9093 --registry https://registry:8443/apis/ccompat/v7 --login viewer.properties"
        })
public final class DoctorCommand extends KafkaCommand {

    @Option(names = "--json", description = "One JSON object: status, the worst of all, and the checks.")
    private boolean asJson;

    @Option(
            names = "--console",
            paramLabel = "URL",
            defaultValue = "${env:SADDLE_CONSOLE_URL}",
            description =
                    "Another console than the local stack's (also $SADDLE_CONSOLE_URL); the login is in the environment,"
                            + " as './saddle run list --help' says.")
    private String console;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        String url = console == null || console.isBlank() ? null : console;
        List<Finding> findings = new Doctor(kafka, url, asJson ? finding -> {} : this::show).examine();
        Status worst = findings.stream()
                .map(Finding::status)
                .filter(status -> status != Status.SKIPPED)
                .max(Comparator.naturalOrder())
                .orElse(Status.OK);
        if (asJson) {
            out.println(json(worst, findings).toPrettyString());
        }
        return worst == Status.FAILED ? ExitCode.FAILED : ExitCode.OK;
    }

    private void show(Finding finding) {
        say(String.format("%-8s %-15s %s", finding.status(), finding.check(), finding.message()));
        if (!finding.remedy().isEmpty()) {
            say(String.format("%-24s -> %s", "", finding.remedy()));
        }
    }

    private static ObjectNode json(Status worst, List<Finding> findings) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", worst.name());
        ArrayNode checks = json.putArray("checks");
        findings.forEach(finding -> checks.addObject()
                .put("check", finding.check())
                .put("status", finding.status().name())
                .put("message", finding.message())
                .put("remedy", finding.remedy()));
        return json;
    }
}
