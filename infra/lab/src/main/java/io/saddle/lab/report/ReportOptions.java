package io.saddle.lab.report;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Stack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The stack that a demo or an experiment runs on and the place of its report; for use as a mixin. */
public final class ReportOptions {

    /** The work that is done while the stack is up. */
    @FunctionalInterface
    public interface Work {
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
            description = "Where the report goes (default: a folder of the command's name in --home).")
    private Path out;

    @Option(names = "--keep-up", description = "Leave running what the command has started.")
    private boolean keepUp;

    /**
     * Brings up what is missing of the stack, does the work, and ends what was not there before.
     *
     * @param place of the report in the stack's folder, unless another was asked for
     * @param notNeeded services that need not run
     * @return the exit code
     */
    public int run(String place, Collection<String> notNeeded, Work work) throws Exception {
        PrintWriter terminal = command.commandLine().getOut();
        Stack stack = stackOptions.stack();
        boolean ranBefore = stack.isRunning();
        List<String> needed = stack.names().stream()
                .filter(service -> !notNeeded.contains(service))
                .toList();
        if (needed.contains("console")) {
            say(terminal, "watch it: " + stack.settings().consoleUrl() + " (as soon as the console is up)");
        }
        stack.up(needed);
        try {
            Path folder = out != null ? out : stack.settings().home().folder().resolve(place);
            boolean found =
                    work.run(stack.settings(), Distribution.locate().examples(), folder, line -> say(terminal, line));
            return found ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            if (!ranBefore && !keepUp) {
                stack.down();
            }
        }
    }

    private static void say(PrintWriter terminal, String line) {
        terminal.println(line);
        terminal.flush();
    }

    /** @throws CommandException unless {@code number} is at least {@code least} */
    public static void atLeast(String option, long number, long least) {
        if (number < least) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, option + " must be at least " + least + ", was " + number);
        }
    }
}
