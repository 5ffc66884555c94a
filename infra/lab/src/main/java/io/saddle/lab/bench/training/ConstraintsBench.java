package io.saddle.lab.bench.training;

import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.BatchingMode;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of what constraints add to a training step, in both ways to estimate the Lagrangian's gradient. */
@Command(
        name = "constraints",
        description = {
            "ms per training step with 0, 1, 3 and 10 constraints, mixture against weighted-sum.",
            "Every constraint's multiplier is 0.5."
        },
        footer = {"  ./saddle bench constraints", "  ./saddle bench constraints --precision BF16 --rounds 8"})
public final class ConstraintsBench extends TrainingBench {

    private static final int[] COUNTS = {1, 3, 10};
    private static final int MOST = 10;
    private static final int WARM_UP = 10;
    private static final String NONE = "m = 0";
    private static final Goal MIXTURE = Goal.atMost(1.05);

    @Mixin
    private final PrecisionOption precision = new PrecisionOption();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "10",
            description = "Steps of a turn (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(5);

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--steps", steps, 1);
        atLeast("--rounds", rounds.number(), 1);
        TrainingSubject subject = ofRun(context);
        Precision chosen = precision.of(subject);
        Path folder = context.folder("constraints").resolve(subject.name());
        subject.write(folder);
        try (Worker worker = context.java(
                "constraints",
                "primal-trainer",
                TrainingWorker.class,
                subject.configuration(folder, chosen, WARM_UP))) {
            List<Rounds.Contender> contenders = workloads().entrySet().stream()
                    .map(kind -> new Rounds.Contender(
                            kind.getKey(), worker, kind.getValue().request(steps)))
                    .toList();
            try (Progress progress = Progress.start("constraints", (long) rounds.number() * contenders.size())) {
                List<Side.Measured> sides =
                        Rounds.run(contenders, rounds.number(), "millis", turn -> progress.at(turn, ""));
                return List.of(new BenchReport("constraints", List.of(table(subject, chosen, sides))));
            }
        }
    }

    static Map<String, Workload> workloads() {
        Map<String, Workload> workloads = new LinkedHashMap<>();
        workloads.put(NONE, Workload.PLAIN);
        for (BatchingMode batching : BatchingMode.values()) {
            for (int count : COUNTS) {
                workloads.put(name(batching, count), Workload.of(count, batching));
            }
        }
        workloads.put(name(BatchingMode.MIXTURE, MOST) + ", diagnostics", new Workload(MOST, BatchingMode.MIXTURE, 1));
        return workloads;
    }

    private static Comparison table(TrainingSubject subject, Precision precision, List<Side.Measured> sides) {
        Comparison table =
                Comparison.of("step with m constraints, " + precision + ", " + subject.title(), "ms/step", sides);
        List<String> others = new ArrayList<>(workloads().keySet());
        others.remove(NONE);
        for (String other : others) {
            table = table.withRatio(other, NONE, other.equals(name(BatchingMode.MIXTURE, MOST)) ? MIXTURE : null);
        }
        return table.withFacts(
                        Json.object().put("parameters", subject.parameters()).put("batch", subject.batch()))
                .withNote("mixture: one batch drawn from all sources; weighted-sum: a batch from every source")
                .withNote("diagnostics: the gradient of every source by itself, as a run wants it every "
                        + subject.settings().diagnosticsEvery() + " steps");
    }

    private static String name(BatchingMode batching, int count) {
        return (batching == BatchingMode.MIXTURE ? "mixture" : "weighted-sum") + ", m = " + count;
    }
}
