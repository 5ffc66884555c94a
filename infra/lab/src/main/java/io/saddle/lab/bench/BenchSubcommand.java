package io.saddle.lab.bench;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Version;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The base of all benches: measure, show a table, keep every figure. The exit code tells whether measuring worked,
 * never how fast anything was.
 */
public abstract class BenchSubcommand implements Callable<Integer> {

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "The Python of the peers (default: the first python3 of the path that has what they need).")
    private Path python;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes every figure and the machine there.")
    private Path json;

    @Mixin
    private StackOptions stack;

    @Spec
    private CommandSpec command;

    /** Measures; options hold their defaults where nothing was said. */
    public abstract List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException;

    /** Shows a line while it measures. */
    protected final void say(String line) {
        PrintWriter out = command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    @Override
    public Integer call() throws IOException {
        Distribution distribution = Distribution.locate();
        PrintWriter out = command.commandLine().getOut();
        List<BenchReport> reports;
        try {
            reports = measure(
                    new BenchContext(distribution, stack.settings(), new PythonPeer(Optional.ofNullable(python))));
        } catch (BenchException e) {
            throw new CommandException(ExitCode.FAILED, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
        reports.forEach(report -> out.print(ReportTable.of(report)));
        if (json != null) {
            String line = "saddle "
                    + String.join(
                            " ", command.root().commandLine().getParseResult().originalArgs());
            String version = "saddle " + Version.current();
            ResultFile.write(json, ResultFile.of(version, line, distribution.root(), reports));
            out.println();
            out.println("every figure: " + json);
        }
        out.flush();
        return ExitCode.OK;
    }

    /**
     * @throws CommandException naming the option
     */
    public static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new CommandException(ExitCode.INVALID_INPUT, option + " must be at least 1, was " + value);
        }
        return value;
    }
}
