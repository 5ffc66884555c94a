package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the evaluators, which measure constraints. */
@Command(
        name = "evaluators",
        description =
                "Lists the evaluators that announce themselves now, with the kinds of constraints that they measure.",
        footer = "  ./saddle evaluators")
public final class EvaluatorsCommand extends ConsoleCommand {

    @Option(names = "--json", description = "The announcements as they are.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        JsonNode instances = console.evaluators();
        if (asJson) {
            out.println(instances.toPrettyString());
            return ExitCode.OK;
        }
        out.printf("%-28s %-24s %-10s %-36s %s%n", "EVALUATOR", "KINDS", "BUILD", "INSTANCE", "MEASURES");
        instances.forEach(instance -> instance.path("evaluators").forEach(offered -> {
            List<String> kinds = new ArrayList<>();
            offered.path("kinds").forEach(kind -> kinds.add(kind.asText()));
            out.printf(
                    "%-28s %-24s %-10s %-36s %s%n",
                    offered.path("name").asText(),
                    String.join(",", kinds),
                    instance.path("build").asText(),
                    instance.path("instance").asText(),
                    offered.path("description").asText());
        }));
        return ExitCode.OK;
    }
}
