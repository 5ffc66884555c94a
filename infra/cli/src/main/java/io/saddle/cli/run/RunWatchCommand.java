package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.connection.Waiting;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Follows a run until it is over. */
@Command(
        name = "watch",
        description =
                "Follows a run until it is over: a progress bar with the time left on a terminal, plain lines elsewhere."
                        + " It ends with the score of the finished model, and waits for that as long as its images may take."
                        + " Ending the watch leaves the run alone.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the run completed", "1:it failed", "3:the console is not reachable", "5:it was stopped"},
        footer = "  ./saddle run watch my-run")
final class RunWatchCommand extends RunQueryCommand {

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the console may be away before the watch gives up (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        return new RunWatch(console, run, out, Duration.ofSeconds(patience), Waiting.REAL).follow();
    }
}
