package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;

/** Says what is wanted of a run from now on. */
abstract class RunChangeCommand extends RunQueryCommand {

    /** By the command's name, which is what the console is asked for. */
    private static final Map<String, String> DONE =
            Map.of("pause", "will be paused", "resume", "will go on", "stop", "will be stopped");

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        console.change(run, command().name());
        out.println(run + ": " + DONE.get(command().name()));
        return ExitCode.OK;
    }

    /** Halts a run so that it can go on. */
    @Command(
            name = "pause",
            description = "Asks the trainer to halt the run after the step it is at; 'resume' goes on from there.",
            footer = "  ./saddle run pause my-run")
    static final class Pause extends RunChangeCommand {}

    /** Lets a halted run go on. */
    @Command(
            name = "resume",
            description = "Lets a paused run go on where it halted.",
            footer = "  ./saddle run resume my-run")
    static final class Resume extends RunChangeCommand {}

    /** Ends a run for good. */
    @Command(
            name = "stop",
            description = "Ends the run for good; what it has trained so far stays.",
            footer = "  ./saddle run stop my-run")
    static final class Stop extends RunChangeCommand {}
}
