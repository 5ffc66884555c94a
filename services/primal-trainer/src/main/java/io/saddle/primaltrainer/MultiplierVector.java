package io.saddle.primaltrainer;

import io.saddle.diffusion.training.Multipliers;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The multipliers after a dual step.
 *
 * @param dualStep 0 for the initial vector
 * @param step primal step of the oldest snapshot that a multiplier of it was computed from; 0 for the initial vector
 * @param multipliers lambda by constraint
 */
record MultiplierVector(long dualStep, long step, Map<String, Double> multipliers) {

    /** Before the first dual step: every constraint stands at its initial multiplier. */
    static final MultiplierVector INITIAL = new MultiplierVector(0, 0, Map.of());

    static MultiplierVector of(MultiplierUpdate update, long step) {
        Map<String, Double> multipliers = new TreeMap<>();
        for (ConstraintMultiplier row : update.getConstraints()) {
            multipliers.put(row.getConstraintId(), row.getAfter());
        }
        return new MultiplierVector(update.getDualStep(), step, Collections.unmodifiableMap(multipliers));
    }

    /** lambda in the order of {@code active}; one that no dual step has touched stands at its initial value. */
    Multipliers inOrderOf(List<ConstraintDefinition> active) {
        return new Multipliers(active.stream().mapToDouble(this::multiplierOf).toArray());
    }

    /** What {@link #inOrderOf} gives, by constraint and with the version that it applies to. */
    Map<String, Checkpoint.AppliedMultiplier> appliedTo(List<ConstraintDefinition> active) {
        Map<String, Checkpoint.AppliedMultiplier> applied = new TreeMap<>();
        for (ConstraintDefinition definition : active) {
            applied.put(
                    definition.getConstraintId(),
                    new Checkpoint.AppliedMultiplier(multiplierOf(definition), definition.getVersion()));
        }
        return applied;
    }

    private double multiplierOf(ConstraintDefinition definition) {
        return multipliers.getOrDefault(definition.getConstraintId(), definition.getInitialMultiplier());
    }
}
