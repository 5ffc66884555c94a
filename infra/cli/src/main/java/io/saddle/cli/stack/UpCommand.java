package io.saddle.cli.stack;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.Stack;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts what does not run yet. */
@Command(
        name = "up",
        description = {
            "Starts broker, schema registry and all services, each in its own process, and returns when they are ready."
                    + " What runs already is left alone, so it also brings back a single one that died."
        },
        footer = {
            "  ./saddle up",
            "  ./saddle up --only broker,registry",
            "  ./saddle up --set console.port=8080",
            "  ./saddle up --secured --home secured",
            "  SADDLE_JAVA_OPTS_PRIMAL_TRAINER=-Xmx4g ./saddle up"
        })
public final class UpCommand extends PrintingCommand {

    @Mixin
    private StackOptions options;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only these: broker, registry, dual-updater, primal-trainer, constraint-evaluator,"
                    + " fid-evaluator, console.")
    private List<String> only;

    @Option(
            names = "--secured",
            description =
                    "A new stack whose Kafka and registry are encrypted and ask who somebody is: SASL_SSL with SCRAM,"
                            + " each service allowed its own topics only. It stays so; certificates and users are in security/"
                            + " of its folder.")
    private boolean secured;

    @Override
    protected int run(PrintWriter out) {
        Stack stack = options.stack();
        List<String> names = only == null ? stack.names() : only;
        names.stream().filter(name -> !stack.names().contains(name)).findFirst().ifPresent(name -> {
            throw wrongUsage("--only: no process '" + name + "'; there are " + String.join(", ", stack.names()));
        });
        if (secured) {
            stack.secure();
        }
        stack.up(names);
        if (names.contains("console")) {
            out.println("console: " + stack.settings().consoleUrl());
        }
        return ExitCode.OK;
    }
}
