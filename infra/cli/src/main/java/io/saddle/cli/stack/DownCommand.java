package io.saddle.cli.stack;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends what {@code up} started. */
@Command(
        name = "down",
        description =
                "Ends the processes that 'up' started, and only those. Data, runs and logs stay; 'up' goes on with them.",
        footer = "  ./saddle down")
public final class DownCommand extends PrintingCommand {

    @Mixin
    private StackOptions options;

    @Override
    protected int run(PrintWriter out) {
        options.stack().down();
        return ExitCode.OK;
    }
}
