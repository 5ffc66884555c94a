package io.saddle.lab.experiment;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.report.ReportOptions;
import io.saddle.stack.Distribution;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The trade-off curve of a constraint. */
@Command(
        name = "frontier",
        description = {
            "Trains the same run for several thresholds (or costs of relaxation) of one constraint, from one common start, and"
                    + " draws the objective's loss against the constraint's: what the requirement costs."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle experiment frontier",
            "  ./saddle experiment frontier --start my-model --threshold 0.0002,0.001,0.005",
            "  ./saddle experiment frontier --spec infra/examples/mnist-minority.yaml --constraint digit-4 --resilience 0.1,0.3,1"
        })
final class ExperimentFrontierCommand implements Callable<Integer> {

    private static final List<Double> THRESHOLDS = List.of(0.0001, 0.0003, 0.001, 0.003);
    private static final int LEAST_VALUES = 2;
    private static final int LEAST_IMAGES = 2;

    /** The quantity that is swept. */
    private static final class Swept {
        @Option(
                names = "--threshold",
                split = ",",
                paramLabel = "B",
                description = "Thresholds (default: 0.0001,0.0003,0.001,0.003).")
        private List<Double> threshold;

        @Option(names = "--resilience", split = ",", paramLabel = "GAMMA", description = "Costs of relaxation.")
        private List<Double> resilience;
    }

    @Mixin
    private ReportOptions report;

    @ArgGroup(exclusive = true)
    private Swept swept;

    @Option(
            names = "--spec",
            paramLabel = "FILE.yaml",
            description = "The run's specification (default: the fine-tuning example).")
    private Path specification;

    @Option(names = "--constraint", paramLabel = "ID", description = "Whose setting is swept (default: the first).")
    private String constraint;

    @Option(
            names = "--start",
            paramLabel = "FOLDER",
            description =
                    "A diffusers folder to start from (default: for the example a model that is trained first, else what"
                            + " the specification says).")
    private Path start;

    @Option(names = "--steps", paramLabel = "N", description = "Primal steps of each run (default: as specified).")
    private Long steps;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "500",
            description = "Samples of each finished model, for its FID (default: ${DEFAULT-VALUE}).")
    private int images;

    @Override
    public Integer call() throws Exception {
        boolean relaxed = swept != null && swept.resilience != null;
        List<Double> values = relaxed ? swept.resilience : swept == null ? THRESHOLDS : swept.threshold;
        if (values.size() < LEAST_VALUES) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    (relaxed ? "--resilience" : "--threshold")
                            + " needs at least two values, separated by commas, to draw" + " a curve");
        }
        String setting = relaxed ? "resilience" : "threshold";
        for (double value : values) {
            if (!(value >= 0) || !Double.isFinite(value) || (relaxed && value == 0)) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT,
                        "--" + setting + ": must be a number " + (relaxed ? "> 0" : ">= 0") + ", was " + value);
            }
        }
        ReportOptions.atLeast("--images", images, LEAST_IMAGES);
        FrontierExperiment.Options options =
                new FrontierExperiment.Options(specification, constraint, setting, values, start, steps, images);
        // Before anything is started.
        FrontierExperiment.specification(Distribution.locate().examples(), options);
        return report.run("experiments/frontier", List.of(), (settings, examples, out, say) -> {
            new FrontierExperiment(settings, examples, options, say).run(out);
            return true;
        });
    }
}
