package io.saddle.cli.stack;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.Supervision;
import java.io.PrintWriter;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Watches over the local stack until it is taken down; {@code up} starts it. */
@Command(
        name = "supervise",
        hidden = true,
        description =
                "Starts processes of the stack again that end without being asked to, until the stack is taken down;"
                        + " './saddle up' starts it.",
        footer = "  ./saddle supervise")
public final class SuperviseCommand extends PrintingCommand {

    @Mixin
    private StackOptions options;

    @Override
    protected int run(PrintWriter out) {
        new Supervision(options.stack(), Clock.systemUTC(), line -> {
                    out.println(line);
                    out.flush();
                })
                .run();
        return ExitCode.OK;
    }
}
