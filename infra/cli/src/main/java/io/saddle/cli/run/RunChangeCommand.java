package io.saddle.cli.run;

import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is wanted of a run from now on. */
abstract class RunChangeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "The run.")
    private String id;

    @Mixin
    private ConsoleOptions console;

    @Spec
    private CommandSpec command;

    private final String action;
    private final String done;

    RunChangeCommand(String action, String done) {
        this.action = action;
        this.done = done;
    }

    @Override
    public Integer call() {
        console.client().change(id, action);
        command.commandLine().getOut().println(id + ": " + done);
        return ExitCode.OK;
    }

    /** Halts a run so that it can go on. */
    @Command(
            name = "pause",
            description = "Asks the trainer to halt the run after the step it is at; 'resume' goes on from there.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  ./saddle run pause my-run")
    static final class Pause extends RunChangeCommand {

        Pause() {
            super("pause", "will be paused");
        }
    }

    /** Lets a halted run go on. */
    @Command(
            name = "resume",
            description = "Lets a paused run go on where it halted.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  ./saddle run resume my-run")
    static final class Resume extends RunChangeCommand {

        Resume() {
            super("resume", "will go on");
        }
    }

    /** Ends a run for good. */
    @Command(
            name = "stop",
            description = "Ends the run for good; what it has trained so far stays.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  ./saddle run stop my-run")
    static final class Stop extends RunChangeCommand {

        Stop() {
            super("stop", "will be stopped");
        }
    }
}
