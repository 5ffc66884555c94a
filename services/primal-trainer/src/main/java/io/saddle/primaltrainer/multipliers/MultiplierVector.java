package io.saddle.primaltrainer.multipliers;

import io.saddle.diffusion.training.Multipliers;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The multipliers after a dual step. What a primal step trains on follows from its vector alone: the constraints that the vector
 * names, and no others, so that a step that is done again after definitions have changed is the same step.
 *
 * @param dualStep 0 for the initial vector
 * @param multipliers lambda by constraint
 * @param movedAt primal step of the newest snapshot that moved each of them
 */
public record MultiplierVector(long dualStep, SortedMap<String, Double> multipliers, Map<String, Long> movedAt) {

    /** Before the first dual step: the constraints that the run was submitted with stand at their initial multipliers. */
    public static MultiplierVector initial(RunSpec spec) {
        SortedMap<String, Double> multipliers = new TreeMap<>();
        Map<String, Long> movedAt = new TreeMap<>();
        for (RunSpec.Constraint constraint : spec.constraints()) {
            multipliers.put(constraint.id(), constraint.initialMultiplier());
            movedAt.put(constraint.id(), 0L);
        }
        return new MultiplierVector(0, Collections.unmodifiableSortedMap(multipliers), Map.copyOf(movedAt));
    }

    /**
     * While no constraint is in force: the objective alone.
     *
     * @param dualStep of the last vector that there was
     */
    static MultiplierVector unconstrained(long dualStep) {
        return new MultiplierVector(dualStep, Collections.emptySortedMap(), Map.of());
    }

    /** @param movedAt as for the vector, of other constraints too */
    static MultiplierVector of(MultiplierUpdate update, Map<String, Long> movedAt) {
        SortedMap<String, Double> multipliers = new TreeMap<>();
        Map<String, Long> moved = new TreeMap<>();
        for (ConstraintMultiplier row : update.getConstraints()) {
            multipliers.put(row.getConstraintId(), row.getAfter());
            moved.put(row.getConstraintId(), movedAt.get(row.getConstraintId()));
        }
        return new MultiplierVector(
                update.getDualStep(), Collections.unmodifiableSortedMap(multipliers), Map.copyOf(moved));
    }

    /** lambda in the order of {@code trained}; 0 for one that the vector does not name. */
    public Multipliers inOrderOf(List<ConstraintDefinition> trained) {
        return new Multipliers(trained.stream().mapToDouble(this::of).toArray());
    }

    /** The multipliers that {@link #inOrderOf} gives, by constraint and with the version that it applies to. */
    public Map<String, Checkpoint.AppliedMultiplier> appliedTo(List<ConstraintDefinition> trained) {
        Map<String, Checkpoint.AppliedMultiplier> applied = new TreeMap<>();
        for (ConstraintDefinition definition : trained) {
            applied.put(
                    definition.getConstraintId(),
                    new Checkpoint.AppliedMultiplier(of(definition), definition.getVersion()));
        }
        return applied;
    }

    private double of(ConstraintDefinition definition) {
        return multipliers.getOrDefault(definition.getConstraintId(), 0.0);
    }

    /**
     * The age of the oldest multiplier in force, in primal steps; 0 without constraints.
     *
     * @param stepsDone before the step that takes the vector
     * @param activeSince by active constraint the step since which it is known: what counts for one that has not been moved
     */
    public long staleSteps(long stepsDone, Map<String, Long> activeSince) {
        long oldest = stepsDone;
        for (Map.Entry<String, Long> active : activeSince.entrySet()) {
            oldest = Math.min(oldest, movedAt.getOrDefault(active.getKey(), active.getValue()));
        }
        return stepsDone - oldest;
    }
}
