package io.saddle.lab.report;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Stack;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that does its work on the running stack, and writes a report. */
public abstract class ReportCommand extends PrintingCommand {

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where the report goes (default: a folder of the command's name in --home).")
    private Path out;

    @Option(names = "--keep-up", description = "Leave running what the command has started.")
    private boolean keepUp;

    private final String place;
    private final List<String> notNeeded;

    /**
     * @param place of the report in the stack's folder, unless another was asked for
     * @param notNeeded services that need not run
     */
    protected ReportCommand(String place, String... notNeeded) {
        this.place = place;
        this.notNeeded = List.of(notNeeded);
    }

    /**
     * Looks at the options before anything is started.
     *
     * @throws CommandException if one of them cannot be heeded
     */
    protected void check() {}

    /**
     * Does the work while the stack is up.
     *
     * @param runs submits what is to be stopped where the command is cut off
     * @param examples folder of the example specifications
     * @param out folder of the report
     * @return whether what is expected was found
     * @throws CommandException if a run is refused or fails, or nothing is heard of it
     */
    protected abstract boolean run(OwnRuns runs, LocalSettings settings, Path examples, Path out)
            throws IOException, InterruptedException;

    /** Brings up what is missing of the stack, does the work, and ends what was not there before. */
    @Override
    protected final int run(PrintWriter terminal) throws IOException, InterruptedException {
        check();
        if (out != null) {
            OutputPlace.requireFolder("--out", out);
        }
        Stack stack = stackOptions.stack();
        List<String> needed = stack.names().stream()
                .filter(service -> !notNeeded.contains(service))
                .toList();
        OwnRuns runs = new OwnRuns(new ConsoleClient(stack.settings()));
        try (StackVisit visit = StackVisit.begin(stack, needed, keepUp, () -> runs.stop(this::say), this::say)) {
            Path folder = out != null ? out : stack.settings().home().folder().resolve(place);
            return run(runs, stack.settings(), Distribution.locate().examples(), folder)
                    ? ExitCode.OK
                    : ExitCode.FAILED;
        }
    }

    /** Shows the end of the work: the table, and where everything is. */
    protected final void conclude(String table, Path report) {
        say("");
        say(table);
        say("report:  " + report.toAbsolutePath());
        say("numbers: " + report.resolveSibling("result.json").toAbsolutePath());
    }
}
