package io.saddle.lab.bench.pipeline;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        summaries.add(GradientSummary.newBuilder()
                .setRunId("r")
                .setStep(step)
                .setDualStep(dualStep)
                .setStaleSteps(0)
                .setLagrangianLoss(1)
                .setSources(List.of())
                .setGradientNorm(1)
                .setBlockGradientNorms(Map.of())
                .setClipped(false)
                .setLearningRate(1)
                .setStepMillis(millis)
                .setLibtorchMillis(libtorch)
                .setBetweenMillis(between)
                .setWaitMillis(wait)
                .setSamplesPerSecond(1)
                .setWorker("w")
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
        estimates.add(LossEstimate.newBuilder()
                .setRunId("r")
                .setConstraintId(constraint)
                .setConstraintVersion(1)
                .setStep(step)
                .setDualStep(0)
                .setLoss(1)
                .setStandardError(0)
                .setSamples(1)
                .setEvaluator(takenUpAt == null ? "minibatch-loss" : "denoising-loss")
                .setEvaluatorBuild("b")
                .setComputeMillis(computing)
                .setComputedAt(Instant.ofEpochMilli(computedAt))
                .setTakenUpAt(takenUpAt == null ? null : Instant.ofEpochMilli(takenUpAt))
                .build());
        return this;
    }

    /** Constraints a and b; only those named in {@code moved} were moved. */
    MadeRun update(long dualStep, long step, long at, Map<String, String> moved) {
        List<ConstraintMultiplier> rows = new ArrayList<>();
        for (String constraint : List.of("a", "b")) {
            rows.add(ConstraintMultiplier.newBuilder()
                    .setConstraintId(constraint)
                    .setVersion(1)
                    .setBefore(0)
                    .setAfter(1)
                    .setThreshold(0)
                    .setMixtureWeight(0)
                    .setEvaluator(moved.get(constraint))
                    .build());
        }
        updates.add(MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(dualStep)
                .setStep(step)
                .setConstraints(rows)
                .setObjectiveWeight(1)
                .setUpdatedAt(Instant.ofEpochMilli(at))
                .build());
        return this;
    }
}
