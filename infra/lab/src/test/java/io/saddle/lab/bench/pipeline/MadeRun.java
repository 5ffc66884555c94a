package io.saddle.lab.bench.pipeline;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Records as a run would have written them, at times of the test's choice, in milliseconds. */
final class MadeRun {

    private final List<GradientSummary> summaries = new ArrayList<>();
    private final Map<Long, Instant> announced = new HashMap<>();
    private final Set<Long> copied = new HashSet<>();
    private final List<LossEstimate> estimates = new ArrayList<>();
    private final List<MultiplierUpdate> updates = new ArrayList<>();

    RunRecords records() {
        return new RunRecords(summaries, announced, copied, estimates, updates);
    }

    /** A step of 10 ms, 9 of them inside libtorch. */
    MadeRun step(long step, long dualStep, long endedAt) {
        return step(step, dualStep, endedAt, 10, 9, 0.0, 0.0);
    }

    MadeRun step(long step, long dualStep, long endedAt, double millis, double libtorch, Double between, Double wait) {
        summaries.add(RecordBuilders.summary("r", step)
                .setDualStep(dualStep)
                .setStepMillis(millis)
                .setLibtorchMillis(libtorch)
                .setBetweenMillis(between)
                .setWaitMillis(wait)
                .setRecordedAt(Instant.ofEpochMilli(endedAt))
                .build());
        return this;
    }

    MadeRun announced(long step, long at) {
        announced.put(step, Instant.ofEpochMilli(at));
        return copied(step);
    }

    MadeRun copied(long step) {
        copied.add(step);
        return this;
    }

    /** @param takenUpAt null for an estimate of the trainer's */
    MadeRun estimate(String constraint, long step, Long takenUpAt, double computing, long computedAt) {
        estimates.add(RecordBuilders.estimate("r", constraint, step)
                .setEvaluator(takenUpAt == null ? "minibatch-loss" : "denoising-loss")
                .setComputeMillis(computing)
                .setComputedAt(Instant.ofEpochMilli(computedAt))
                .setTakenUpAt(takenUpAt == null ? null : Instant.ofEpochMilli(takenUpAt))
                .build());
        return this;
    }

    /** Constraints a and b; only those named in {@code moved} were moved. */
    MadeRun update(long dualStep, long step, long at, Map<String, String> moved) {
        ConstraintMultiplier[] rows = Stream.of("a", "b")
                .map(constraint -> RecordBuilders.multiplier(constraint, 0, 1)
                        .setEvaluator(moved.get(constraint))
                        .build())
                .toArray(ConstraintMultiplier[]::new);
        updates.add(RecordBuilders.update("r", dualStep, step, rows)
                .setUpdatedAt(Instant.ofEpochMilli(at))
                .build());
        return this;
    }
}
