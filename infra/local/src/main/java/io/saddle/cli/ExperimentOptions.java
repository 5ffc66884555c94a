package io.saddle.cli;

import io.saddle.local.Distribution;
import io.saddle.local.LocalSettings;
import io.saddle.local.Stack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The stack that an experiment runs on and the place of its report; for use as a mixin. */
final class ExperimentOptions {

    /** What is done while the stack is up. */
    @FunctionalInterface
    interface Experiment {
        /**
         * @param examples folder of the example specifications
         * @param out folder of the report
         * @param say takes lines for a person
         * @return whether what is expected was found
         */
        boolean run(LocalSettings settings, Path examples, Path out, Consumer<String> say) throws Exception;
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where the report goes (default: .saddle/experiments/NAME).")
    private Path out;

    @Option(names = "--keep-up", description = "Leave running what the experiment has started.")
    private boolean keepUp;

    /**
     * Brings up what is missing of the stack, runs the experiment, and ends what was not there before.
     *
     * @param name of the default folder
     * @param notNeeded services that need not run
     * @return the exit code
     */
    int run(String name, Collection<String> notNeeded, Experiment experiment) throws Exception {
        PrintWriter terminal = command.commandLine().getOut();
        Stack stack = stackOptions.stack();
        boolean ranBefore = stack.isRunning();
        List<String> needed = stack.names().stream()
                .filter(service -> !notNeeded.contains(service))
                .toList();
        stack.up(needed);
        try {
            Path folder = out != null ? out : stack.settings().home().folder().resolve("experiments/" + name);
            boolean found =
                    experiment.run(stack.settings(), Distribution.locate().examples(), folder, line -> {
                        terminal.println(line);
                        terminal.flush();
                    });
            return found ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            if (!ranBefore && !keepUp) {
                stack.down();
            }
        }
    }

    /** @throws CommandException unless {@code number} is at least {@code least} */
    static void atLeast(String option, long number, long least) {
        if (number < least) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, option + " must be at least " + least + ", was " + number);
        }
    }
}
