package io.saddle.lab.bench.quality;

import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.QuickOption;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import io.saddle.lab.judging.QualityJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of a whole training: time and energy to a stated quality. */
@Command(
        name = "run",
        description = {
            "Time and energy to a stated Frechet distance: saddle's whole stack against a plain training script in PyTorch.",
            "The demo's run without constraints: the same network, weights to begin with, data, optimizer, sampler, number of"
                    + " images and features. Broker, registry and services are started and count; the script is one as"
                    + " diffusers' train_unconditional.py. Energy is that of the processors, where RAPL may be read."
        },
        footer = {
            "  ./saddle bench run --json run.json",
            "  ./saddle bench run --steps 800 --every 100 --distance 120",
            "  ./saddle bench run --quick"
        })
public final class RunBench extends Bench {

    private static final String MODULE = "torch";

    @Option(
            names = "--run",
            paramLabel = "FILE",
            description =
                    "The run without constraints that is trained (default: infra/examples/mnist-unconstrained.yaml).")
    private Path run;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "1600",
            description = "Steps of each side (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps between two judgements (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Images of each judgement (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--distance",
            paramLabel = "X",
            description = "The quality that is asked for (default: the best that both sides reach).")
    private Double distance;

    @Mixin
    private final QuickOption quick = new QuickOption();

    /** Measures, one side after the other; takes a quarter of an hour. */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        atLeast("--steps", steps, 1);
        atLeast("--every", every, 1);
        atLeast("--images", images, 2);
        Path file = run != null ? run : context.distribution().example("mnist-unconstrained.yaml");
        RunTask task = RunTask.of(file, quick.of(steps, 4), quick.of(every, 2), quick.of(images, 8));
        Optional<Path> python = context.python().find(MODULE);
        try (QualityJudge judge =
                new QualityJudge(task.spec(), context.settings().classifiers(), this::say)) {
            Optional<QualityCurve> theirs = python.isPresent()
                    ? Optional.of(new ScriptSide(context, python.get(), PyTorchVariant.AS_IT_COMES).train(task, judge))
                    : Optional.empty();
            QualityCurve ours = new StackSide(context, this::say).train(task, judge.features());
            QualityReport report = new QualityReport(task, judge.features(), ours, theirs);
            return List.of(new BenchReport(
                    "run", report.tables(distance, context.python().missing(QualityReport.SCRIPT, MODULE))));
        }
    }
}
