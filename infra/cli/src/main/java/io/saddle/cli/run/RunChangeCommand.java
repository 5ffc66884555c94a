package io.saddle.cli.run;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.connection.WaitOption;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what is wanted of a run from now on. */
abstract class RunChangeCommand extends RunQueryCommand {

    /** By the command's name, which is what the console is asked for. */
    private static final Map<String, String> DONE = Map.of(
            "pause", "will be paused",
            "resume", "will go on",
            "stop", "will be stopped",
            "archive", "is archived; 'run list --archived' shows it",
            "unarchive", "is back in the lists");

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) throws InterruptedException {
        reason.with(console).change(run, command().name());
        out.println(run + ": " + DONE.get(command().name()));
        return ExitCode.OK;
    }

    /** A change that the run's trainer makes, in a while. */
    abstract static class OfTheTrainer extends RunChangeCommand {

        @Mixin
        private WaitOption wait;

        @Override
        protected int ask(ConsoleClient console, String run, PrintWriter out) throws InterruptedException {
            super.ask(console, run, out);
            if (wait.isWanted()) {
                out.flush();
                String phase = wait.until(
                        command().name(), () -> RunState.of(console.run(run)).phase());
                out.println(run + ": " + phase);
            }
            return ExitCode.OK;
        }
    }

    /** Halts a run so that it can go on. */
    @Command(
            name = "pause",
            description = "Asks the trainer to halt the run after the step it is at; 'resume' goes on from there.",
            footer = {"  ./saddle run pause my-run", "  ./saddle run pause my-run --wait"})
    static final class Pause extends OfTheTrainer {}

    /** Lets a halted run go on. */
    @Command(
            name = "resume",
            description = "Lets a paused run go on where it halted.",
            footer = "  ./saddle run resume my-run")
    static final class Resume extends OfTheTrainer {}

    /** Ends a run for good. */
    @Command(
            name = "stop",
            description = "Ends the run for good; what it has trained so far stays.",
            footer = "  ./saddle run stop my-run")
    static final class Stop extends OfTheTrainer {}

    /** Puts a run away that has ended. */
    @Command(
            name = "archive",
            description =
                    "Puts a run away that has ended: lists leave it out unless they are asked for it, and all of it stays.",
            footer = "  ./saddle run archive my-run")
    static final class Archive extends RunChangeCommand {}

    /** Takes a run back that was put away. */
    @Command(
            name = "unarchive",
            description = "Takes a run back that was archived.",
            footer = "  ./saddle run unarchive my-run")
    static final class Unarchive extends RunChangeCommand {}
}
