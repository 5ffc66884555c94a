package io.saddle.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that prints to standard output. */
@Command(mixinStandardHelpOptions = true, footerHeading = "%nExamples:%n")
public abstract class PrintingCommand implements Callable<Integer> {

    private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");
    /** Of a mode's bits, those that say what kind a file is. */
    private static final int FILE_TYPE = 0xf000;

    private static final int PIPE = 0x1000;

    @Spec
    private CommandSpec command;

    /**
     * Does the work.
     *
     * @param out standard output, flushed afterwards
     * @return the exit code, see {@link ExitCode}
     * @throws Exception ends the command with its message; the exit code is that of a {@link CommandException}
     */
    protected abstract int run(PrintWriter out) throws Exception;

    @Override
    public final Integer call() throws Exception {
        PrintWriter out = command.commandLine().getOut();
        int code;
        try {
            code = run(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        } finally {
            out.flush();
        }
        if (out.checkError() && !isPipe(STANDARD_OUTPUT)) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "standard output cannot be written: is its disk full? What was shown is not whole");
        }
        return code;
    }

    /** Whoever reads from a pipe may end whenever they have seen enough. */
    static boolean isPipe(Path output) {
        try {
            return Files.readAttributes(output, BasicFileAttributes.class).isOther()
                    && ((int) Files.getAttribute(output, "unix:mode") & FILE_TYPE) == PIPE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The command as picocli knows it. */
    protected final CommandSpec command() {
        return command;
    }

    /** Standard error, for what no script reads. */
    protected final PrintWriter err() {
        return command.commandLine().getErr();
    }

    /** Shows a line at once, while the work goes on. */
    protected final void say(String line) {
        PrintWriter out = command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** @throws CommandException naming the option, unless {@code number} is at least {@code least} */
    protected static void atLeast(String option, long number, long least) {
        if (number < least) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, option + " must be at least " + least + ", was " + number);
        }
    }

    /** @throws CommandException naming the option, unless {@code number} is one from {@code least} to {@code most} */
    protected static void within(String option, long number, long least, long most) {
        if (number < least || number > most) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, option + " must be from " + least + " to " + most + ", was " + number);
        }
    }

    /** Wrong usage, to be thrown: shown with the synopsis. */
    protected final ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
