package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Changes a run's labels. */
@Command(
        name = "label",
        description =
                "Changes labels of a run, whether it trains or has ended; its training goes on untouched. What is not named"
                        + " stays. Lists are narrowed down by them: './saddle run list --label team=vision'.",
        footer = {"  ./saddle run label my-run team=vision dataset=mnist", "  ./saddle run label my-run dataset-"})
final class RunLabelCommand extends RunQueryCommand {

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "KEY=VALUE|KEY-",
            description = "A label, or with a - behind its key one that is taken away.")
    private List<String> labels;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        ObjectNode changes = JsonNodeFactory.instance.objectNode();
        for (String label : labels) {
            int equals = label.indexOf('=');
            if (equals > 0) {
                changes.put(label.substring(0, equals), label.substring(equals + 1));
            } else if (equals < 0 && label.length() > 1 && label.endsWith("-")) {
                changes.putNull(label.substring(0, label.length() - 1));
            } else {
                throw wrongUsage("'" + label + "' is neither KEY=VALUE nor KEY-");
            }
        }
        JsonNode now = reason.with(console).label(run, changes).path("labels");
        out.println(run + ": "
                + (now.isEmpty()
                        ? "no labels"
                        : now.properties().stream()
                                .map(label ->
                                        label.getKey() + "=" + label.getValue().asText())
                                .collect(Collectors.joining(" "))));
        return ExitCode.OK;
    }
}
