package io.saddle.lab.soak;

import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A snapshot's turn at an evaluator. The times are those of trainer and evaluator, which on one machine are one clock.
 *
 * @param step of the snapshot
 * @param announced when it was written, the last time before it was taken up
 * @param takenUp when an evaluator began with it
 * @param done when the last of its estimates was there
 */
record EvaluatorTurn(long step, Instant announced, Instant takenUp, Instant done) {

    /** Milliseconds that other work kept the snapshot waiting. */
    long waited() {
        return Duration.between(announced, takenUp).toMillis();
    }

    /** Milliseconds that it was worked on. */
    long worked() {
        return Duration.between(takenUp, done).toMillis();
    }

    /** The first turn of each snapshot of the run that was measured, in the order of the steps. */
    static List<EvaluatorTurn> of(RunLog run) {
        Map<Long, List<LossEstimate>> bySteps = new TreeMap<>();
        for (LossEstimate estimate : run.estimates()) {
            if (estimate.getTakenUpAt() != null) {
                bySteps.computeIfAbsent(estimate.getStep(), step -> new ArrayList<>())
                        .add(estimate);
            }
        }
        List<EvaluatorTurn> turns = new ArrayList<>();
        bySteps.forEach((step, estimates) -> of(run, step, estimates).ifPresent(turns::add));
        return turns;
    }

    private static Optional<EvaluatorTurn> of(RunLog run, long step, List<LossEstimate> estimates) {
        Instant takenUp = estimates.stream()
                .map(LossEstimate::getTakenUpAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant done = estimates.stream()
                .filter(estimate -> estimate.getTakenUpAt().equals(takenUp))
                .map(LossEstimate::getComputedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return run.snapshots().stream()
                .filter(snapshot -> snapshot.getStep() == step && snapshot.getWeights() == SnapshotWeights.RAW)
                .map(ModelSnapshot::getCreatedAt)
                .filter(created -> !created.isAfter(takenUp))
                .max(Comparator.naturalOrder())
                .map(announced -> new EvaluatorTurn(step, announced, takenUp, done));
    }
}
