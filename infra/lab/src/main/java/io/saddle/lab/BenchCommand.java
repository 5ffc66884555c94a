package io.saddle.lab;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.fid.FidBench;
import io.saddle.lab.bench.page.PageBench;
import io.saddle.lab.bench.pipeline.PipelineBench;
import io.saddle.lab.bench.quality.RunBench;
import io.saddle.lab.bench.sample.SampleBench;
import io.saddle.lab.bench.slot.SlotsBench;
import io.saddle.lab.bench.training.ConstraintsBench;
import io.saddle.lab.bench.training.DataBench;
import io.saddle.lab.bench.training.EstimateBench;
import io.saddle.lab.bench.training.LatentsBench;
import io.saddle.lab.bench.training.MemoryBench;
import io.saddle.lab.bench.training.TrainBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benches. */
@Command(
        name = "bench",
        description = {
            "Measures saddle beside what people use today, both as processes that take turns on this machine. Peers in"
                    + " Python are measured where they are installed. Goals are shown beside the ratios; the exit code never"
                    + " depends on them."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainBench.class,
            ConstraintsBench.class,
            EstimateBench.class,
            DataBench.class,
            LatentsBench.class,
            MemoryBench.class,
            PipelineBench.class,
            SlotsBench.class,
            RunBench.class,
            SampleBench.class,
            FidBench.class,
            PageBench.class,
            BenchCommand.All.class
        },
        footer = {"  ./saddle bench", "  ./saddle bench all --json result.json"})
final class BenchCommand extends PrintingCommand {

    /** Lists the benches. */
    @Override
    protected int run(PrintWriter out) {
        command()
                .subcommands()
                .forEach((name, bench) -> out.printf(
                        "%-12s %s%n",
                        name, bench.getCommandSpec().usageMessage().description()[0]));
        out.println();
        out.println("each: ./saddle bench NAME [--help]");
        return ExitCode.OK;
    }

    /** Every bench, one after the other. */
    @Command(
            name = "all",
            description = "All benches with their defaults.",
            footer = "  ./saddle bench all --json result.json")
    static final class All extends Bench {

        @Override
        public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
            List<BenchReport> reports = new ArrayList<>();
            measureEach(context, reports::addAll);
            return reports;
        }

        @Override
        protected void measureEach(BenchContext context, Consumer<List<BenchReport>> measured)
                throws IOException, InterruptedException {
            List<String> failed = new ArrayList<>();
            for (CommandLine sibling : command().parent().subcommands().values()) {
                if (sibling.getCommand() instanceof Bench bench && bench != this) {
                    // Parsing nothing gives every option its default.
                    sibling.parseArgs();
                    List<BenchReport> reports;
                    try {
                        reports = bench.measure(context);
                    } catch (IOException | RuntimeException e) {
                        // Whatever it is, the others may do well.
                        failed.add(sibling.getCommandName() + ": " + (e.getMessage() == null ? e : e.getMessage()));
                        say("failed: " + failed.get(failed.size() - 1));
                        continue;
                    }
                    measured.accept(reports);
                }
            }
            if (!failed.isEmpty()) {
                throw new BenchException("not measured: " + String.join("; ", failed));
            }
        }
    }
}
