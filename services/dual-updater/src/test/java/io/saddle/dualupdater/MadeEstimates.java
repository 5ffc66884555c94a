package io.saddle.dualupdater;

import io.saddle.schema.LossEstimate;
import java.time.Instant;

/** Estimates as an evaluator would have made them of a constraint's first version. */
final class MadeEstimates {

    private MadeEstimates() {}

    static LossEstimate estimate(String runId, String constraintId, long step, long dualStep, double loss) {
        return LossEstimate.newBuilder()
                .setRunId(runId)
                .setConstraintId(constraintId)
                .setConstraintVersion(1)
                .setStep(step)
                .setDualStep(dualStep)
                .setLoss(loss)
                .setStandardError(0)
                .setSamples(64)
                .setEvaluator("denoising-loss")
                .setEvaluatorBuild("test")
                .setShadow(false)
                .setComputeMillis(1)
                .setComputedAt(Instant.EPOCH)
                .build();
    }
}
