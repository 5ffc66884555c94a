package io.saddle.primaltrainer;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.List;

/** Multiplier updates of the one constraint {@code a}. */
final class Vectors {

    private Vectors() {}

    static MultiplierUpdate update(long dualStep, long step, double multiplier) {
        ConstraintMultiplier row = ConstraintMultiplier.newBuilder()
                .setConstraintId("a")
                .setVersion(1)
                .setBefore(0)
                .setAfter(multiplier)
                .setLoss(0.5)
                .setThreshold(0)
                .setSlack(-0.5)
                .setRelaxation(0)
                .setMixtureWeight(multiplier / (1 + multiplier))
                .setEvaluator("denoising-loss")
                .build();
        return MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(dualStep)
                .setStep(step)
                .setConstraints(List.of(row))
                .setObjectiveWeight(1 / (1 + multiplier))
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }
}
