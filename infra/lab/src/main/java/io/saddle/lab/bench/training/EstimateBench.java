package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of what the constraint evaluator computes for a dual step, in both precisions. */
@Command(
        name = "estimate",
        description = {
            "ms for the loss estimates of a dual step, in bf16 against fp32.",
            "What an evaluator computes alone: reading a snapshot and Kafka are not in it."
        },
        footer = {"  ./saddle bench estimate", "  ./saddle bench estimate --constraints 10 --json estimate.json"})
public final class EstimateBench extends TrainingBench {

    private static final int WARM_UP = 5;
    /** In milliseconds, on two cores that do nothing else, for this work. */
    private static final Goal GOAL = Goal.atMost(250);

    private static final String GOALS_RUN = "mnist-minority";
    private static final int GOALS_CONSTRAINTS = 3;
    private static final int GOALS_SAMPLES = 256;

    @Option(
            names = "--constraints",
            paramLabel = "N",
            defaultValue = "3",
            description = "Constraints that are estimated (default: ${DEFAULT-VALUE}).")
    private int constraints;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "256",
            description = "Draws of each (default: ${DEFAULT-VALUE}, as evaluationSamples).")
    private int samples;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "5",
            description = "Dual steps of a turn (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(5);

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--constraints", constraints, 1);
        atLeast("--samples", samples, 1);
        atLeast("--repetitions", repetitions, 1);
        atLeast("--rounds", rounds.number(), 1);
        TrainingSubject subject = ofRun(context);
        Path folder = context.folder("estimate").resolve(subject.name());
        subject.write(folder);
        Map<Precision, Worker> workers = new LinkedHashMap<>();
        try {
            for (Precision precision : Precision.values()) {
                ObjectNode configuration = subject.configuration(folder, precision, WARM_UP);
                workers.put(
                        precision,
                        context.java(
                                "estimate " + precision, "constraint-evaluator", EstimateWorker.class, configuration));
            }
            List<Rounds.Contender> contenders = workers.entrySet().stream()
                    .map(worker -> new Rounds.Contender(
                            name(worker.getKey()), worker.getValue(), request(constraints, samples, repetitions)))
                    .toList();
            try (Progress progress = Progress.start("estimates", (long) rounds.number() * contenders.size())) {
                List<Side.Measured> sides =
                        Rounds.run(contenders, rounds.number(), "millis", turn -> progress.at(turn, ""));
                return List.of(new BenchReport("estimate", List.of(table(subject, sides))));
            }
        } finally {
            workers.values().forEach(Worker::close);
        }
    }

    /** Asks an {@link EstimateWorker}. */
    static ObjectNode request(int constraints, int samples, int repetitions) {
        return Json.object()
                .put("constraints", constraints)
                .put("samples", samples)
                .put("repetitions", repetitions);
    }

    private Comparison table(TrainingSubject subject, List<Side.Measured> sides) {
        String title = String.format(
                Locale.ROOT, "loss estimates of a dual step, %d x %d draws, %s", constraints, samples, subject.title());
        Comparison table = Comparison.of(title, "ms/dual step", sides)
                .withRatio(name(Precision.BF16), name(Precision.FP32), null)
                .withFacts(Json.object().put("parameters", subject.parameters()))
                .withNote("an evaluator computes in bf16 where that is exact enough for the run: docs/constraints.md");
        if (!subject.name().equals(GOALS_RUN) || constraints != GOALS_CONSTRAINTS || samples != GOALS_SAMPLES) {
            return table;
        }
        double half =
                table.measured(name(Precision.BF16)).orElseThrow().statistics().median();
        return table.withNote(String.format(Locale.ROOT, "bf16 takes %.0f ms, %s", half, GOAL.verdict(half)));
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
