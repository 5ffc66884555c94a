package io.saddle.primaltrainer.multipliers;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Multiplier updates; where none is named, of the one constraint {@code a}. */
public final class Vectors {

    private Vectors() {}

    /** Before the first dual step of a run that was submitted with the constraint {@code a}. */
    public static MultiplierVector initial() {
        return new MultiplierVector(0, new TreeMap<>(Map.of("a", 0.0)), Map.of("a", 0L));
    }

    public static MultiplierUpdate update(long dualStep, long step, double multiplier) {
        return update(dualStep, step, Map.of("a", multiplier));
    }

    /** Of some constraints, by id. */
    public static MultiplierUpdate update(long dualStep, long step, Map<String, Double> multipliers) {
        double scale = 1;
        for (double multiplier : multipliers.values()) {
            scale += multiplier;
        }
        List<ConstraintMultiplier> rows = new ArrayList<>();
        for (Map.Entry<String, Double> entry : new TreeMap<>(multipliers).entrySet()) {
            rows.add(row(entry.getKey(), entry.getValue(), scale));
        }
        return MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(dualStep)
                .setStep(step)
                .setConstraints(rows)
                .setObjectiveWeight(1 / scale)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static ConstraintMultiplier row(String constraint, double multiplier, double scale) {
        return ConstraintMultiplier.newBuilder()
                .setConstraintId(constraint)
                .setVersion(1)
                .setBefore(0)
                .setAfter(multiplier)
                .setLoss(0.5)
                .setThreshold(0)
                .setSlack(-0.5)
                .setRelaxation(0)
                .setMixtureWeight(multiplier / scale)
                .setEvaluator("denoising-loss")
                .build();
    }
}
