package io.saddle.lab.report;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Histories as topics would have told them. */
public final class TestHistories {

    private TestHistories() {}

    /**
     * A dual step after each primal step, in which the multiplier of constraint a rises by 1; "a.node" measured step 2 in its
     * shadow.
     *
     * @param movers for each dual step who moved it
     * @param jump what the third step starts higher than the second ended
     */
    public static RunHistory moved(List<String> movers, double jump) {
        RunHistory history = new RunHistory();
        for (int i = 0; i < movers.size(); i++) {
            history.add(summary(i + 1));
            history.add(update(i + 1, i + (i == 2 ? jump : 0), movers.get(i)));
        }
        for (long step = 1; step <= 3; step++) {
            history.add(estimate("a", step, 0.10, 0.03));
            history.add(estimate("a.node", step, 0.15, 0.04));
        }
        history.add(estimate("a.node", 9, 0.15, 0.04));
        return history;
    }

    /** Adds an estimate. */
    public static void measured(RunHistory history, String constraint, long step, double loss, double standardError) {
        history.add(estimate(constraint, step, loss, standardError));
    }

    private static MultiplierUpdate update(long dualStep, double before, String mover) {
        ConstraintMultiplier row = ConstraintMultiplier.newBuilder()
                .setConstraintId("a")
                .setVersion(1)
                .setBefore(before)
                .setAfter(dualStep)
                .setLoss(0.1)
                .setThreshold(0)
                .setMixtureWeight(0.5)
                .setEvaluator(mover)
                .build();
        return MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(dualStep)
                .setStep(dualStep)
                .setConstraints(List.of(row))
                .setObjectiveWeight(0.5)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static LossEstimate estimate(String constraint, long step, double loss, double standardError) {
        return LossEstimate.newBuilder()
                .setRunId("r")
                .setConstraintId(constraint)
                .setConstraintVersion(1)
                .setStep(step)
                .setDualStep(step - 1)
                .setLoss(loss)
                .setStandardError(standardError)
                .setSamples(10)
                .setEvaluator("e")
                .setEvaluatorBuild("1")
                .setComputeMillis(0)
                .setComputedAt(Instant.EPOCH)
                .build();
    }

    private static GradientSummary summary(long step) {
        return GradientSummary.newBuilder()
                .setRunId("r")
                .setStep(step)
                .setDualStep(step - 1)
                .setStaleSteps(0)
                .setLagrangianLoss(1)
                .setSources(List.of())
                .setGradientNorm(1)
                .setBlockGradientNorms(Map.of())
                .setClipped(false)
                .setLearningRate(1e-3)
                .setStepMillis(1)
                .setSamplesPerSecond(1)
                .setWorker("w")
                .setRecordedAt(Instant.EPOCH)
                .build();
    }
}
