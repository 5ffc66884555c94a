package io.saddle.lab.bench;

import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.Version;
import io.saddle.lab.report.OutputPlace;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The base of all benches: measure, show a table, keep every figure. The exit code tells whether measuring worked,
 * never how fast anything was.
 */
public abstract class Bench extends PrintingCommand {

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "The Python of the peers (default: the first python3 of the path that has what they need).")
    private Path python;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes every figure and the machine there.")
    private Path json;

    @Mixin
    private StackOptions stack;

    /** Measures; options hold their defaults where nothing was said. */
    public abstract List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException;

    @Override
    protected final int run(PrintWriter out) throws IOException, InterruptedException {
        Distribution distribution = Distribution.locate();
        BenchContext context =
                new BenchContext(distribution, stack.settings(), new PythonPeer(Optional.ofNullable(python)));
        if (json != null) {
            OutputPlace.requireFolder("--json", json.toAbsolutePath().getParent());
        }
        List<BenchReport> reports = new ArrayList<>();
        measureEach(context, some -> {
            some.forEach(report -> out.print(ReportTable.of(report)));
            out.flush();
            reports.addAll(some);
            if (json != null) {
                write(distribution, reports);
            }
        });
        if (json != null) {
            out.println();
            out.println("every figure: " + json);
        }
        return ExitCode.OK;
    }

    /**
     * Measures, and hands over what is measured as soon as it is.
     *
     * @throws BenchException if something could not be measured; what was handed over stays
     */
    protected void measureEach(BenchContext context, Consumer<List<BenchReport>> measured)
            throws IOException, InterruptedException {
        measured.accept(measure(context));
    }

    private void write(Distribution distribution, List<BenchReport> reports) {
        String line = "saddle "
                + String.join(
                        " ", command().root().commandLine().getParseResult().originalArgs());
        try {
            ResultFile.write(json, ResultFile.of("saddle " + Version.current(), line, distribution.root(), reports));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
