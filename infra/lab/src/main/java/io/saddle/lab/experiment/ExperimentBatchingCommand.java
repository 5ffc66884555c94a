package io.saddle.lab.experiment;

import io.saddle.lab.report.ReportOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Both batching modes on the minority example. */
@Command(
        name = "batching",
        description = {
            "Trains the minority example with mixture and with weighted-sum batching, on the same data with the same"
                    + " constraints, and shows whether both reach the same multipliers, beside the spread between seeds."
                    + " Weighted-sum computes a batch of every source: with three constraints its steps take about four"
                    + " times as long. Exit code 1 if the multipliers differ."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle experiment batching", "  ./saddle experiment batching --steps 1600 --seeds 3 --out report"
        })
final class ExperimentBatchingCommand implements Callable<Integer> {

    /** Two dual steps of the example, the least that there are multipliers with. */
    private static final long LEAST_STEPS = 60;

    /** Nothing is judged here. */
    private static final String NOT_NEEDED = "fid-evaluator";

    @Mixin
    private ReportOptions report;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "Primal steps of each run, at least 60 (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Seeds, each with one run in either mode (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Override
    public Integer call() throws Exception {
        ReportOptions.atLeast("--steps", steps, LEAST_STEPS);
        ReportOptions.atLeast("--seeds", seeds, 1);
        return report.run(
                "experiments/batching",
                List.of(NOT_NEEDED),
                (settings, examples, out, say) -> new BatchingExperiment(
                                settings, examples, new BatchingExperiment.Options(steps, seeds), say)
                        .run(out));
    }
}
