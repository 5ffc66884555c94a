package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleOptions;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows a run until it is over. */
@Command(
        name = "watch",
        description =
                "Follows a run until it is over: a progress bar with the time left on a terminal, plain lines elsewhere."
                        + " Ending the watch leaves the run alone.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the run completed", "1:it failed", "3:the console is not reachable", "5:it was stopped"},
        footerHeading = "%nExample:%n",
        footer = "  ./saddle run watch my-run")
final class RunWatchCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "The run.")
    private String id;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the console may be away before the watch gives up (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Mixin
    private ConsoleOptions console;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        return new RunWatch(console.client(), id, command.commandLine().getOut(), Duration.ofSeconds(patience))
                .follow();
    }
}
