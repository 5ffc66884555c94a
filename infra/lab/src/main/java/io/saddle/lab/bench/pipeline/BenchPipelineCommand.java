package io.saddle.lab.bench.pipeline;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The bench of the real stack: where a step's time goes, and how long the dual side takes. */
@Command(
        name = "pipeline",
        description = {
            "A run on the real stack: share of a step outside libtorch, and the time from a snapshot to its multipliers.",
            "Starts a stack of its own on free ports, in a folder of its own that is deleted at the end. Everything is"
                    + " computed from what the services say on the topics."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle bench pipeline",
            "  ./saddle bench pipeline --mode LOCKSTEP --steps 200 --json pipeline.json"
        })
public final class BenchPipelineCommand extends BenchSubcommand {

    @Option(
            names = "--run",
            paramLabel = "FILE",
            description = "The run to train, shortened (default: infra/examples/mnist-minority.yaml).")
    private Path run;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            split = ",",
            description = "Modes of the dual side, one run each: ${COMPLETION-CANDIDATES} (default: both).")
    private List<RunSpec.Mode> modes;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "600",
            description = "Primal steps of each run (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--primal-steps",
            paramLabel = "N",
            defaultValue = "5",
            description = "Primal steps between two snapshots for the dual side (default: ${DEFAULT-VALUE}).")
    private int primalSteps;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "60",
            description = "Steps at the beginning that do not count (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        atLeastOne("--steps", steps);
        atLeastOne("--primal-steps", primalSteps);
        if (warmUp < 0 || warmUp >= steps) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--warm-up must be at least 0 and less than --steps (" + steps + "), was " + warmUp);
        }
        PipelineBench.Options options = new PipelineBench.Options(
                run != null ? run : context.distribution().example("mnist-minority.yaml"),
                modes != null ? modes : List.of(RunSpec.Mode.values()),
                steps,
                primalSteps,
                warmUp);
        return List.of(new PipelineBench(options, context.folder("pipeline"), this::say).measure());
    }
}
