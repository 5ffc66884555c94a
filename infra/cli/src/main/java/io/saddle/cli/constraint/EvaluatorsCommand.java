package io.saddle.cli.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who measures constraints. */
@Command(
        name = "evaluators",
        description =
                "Lists the evaluators that announce themselves now, with the kinds of constraints that they measure.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle evaluators")
public final class EvaluatorsCommand implements Callable<Integer> {

    @Option(names = "--json", description = "The announcements as they are.")
    private boolean asJson;

    @Mixin
    private ConsoleOptions console;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        JsonNode instances = console.client().evaluators();
        PrintWriter out = command.commandLine().getOut();
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
