package io.saddle.cli.stack;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends what {@code up} started. */
@Command(
        name = "down",
        description =
                "Ends the processes that 'up' started, and only those. Data, runs and logs stay; 'up' goes on with them.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle down")
public final class DownCommand implements Callable<Integer> {

    @Mixin
    private StackOptions options;

    @Override
    public Integer call() {
        options.stack().down();
        return ExitCode.OK;
    }
}
