package io.saddle.dualupdater;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.saddle.dual.DualMemory;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;

/**
 * The dual side of one constraint: its definition in force, its multiplier, and what was last used of its estimates.
 *
 * @param version version of the definition in force
 * @param active whether estimates move the multiplier
 * @param evaluator the only evaluator whose estimates count; null while the definition is not known, as after a rebuild from
 *     the multipliers alone
 * @param threshold b
 * @param multiplier lambda now
 * @param memory what the dual optimizer remembers
 * @param lastStep primal step of the newest snapshot that moved it; -1 before the first
 * @param reported how far past the run's limit it was reported, see {@link DualSettings#doublingsPastLimit}
 */
record DualConstraint(
        int version,
        boolean active,
        String evaluator,
        double threshold,
        double multiplier,
        DualMemory memory,
        long lastStep,
        int reported) {

    static DualConstraint first(ConstraintDefinition definition) {
        return new DualConstraint(
                definition.getVersion(),
                definition.getState() == ConstraintState.ACTIVE,
                definition.getEvaluator(),
                definition.getThreshold(),
                definition.getInitialMultiplier(),
                DualMemory.NONE,
                -1,
                0);
    }

    /** What one dual step's record says of a constraint that nothing else is known of. */
    static DualConstraint replayed(ConstraintMultiplier row, long step, int reported) {
        return new DualConstraint(
                        row.getVersion(),
                        false,
                        null,
                        row.getThreshold(),
                        row.getBefore(),
                        DualMemory.NONE,
                        -1,
                        reported)
                .after(row, step, reported);
    }

    /** After a dual step that was made before; a definition newer than this one is not known here. */
    DualConstraint after(ConstraintMultiplier row, long step, int nextReported) {
        boolean moved = row.getLoss() != null;
        boolean redefined = row.getVersion() > version;
        return new DualConstraint(
                redefined ? row.getVersion() : version,
                active && !redefined,
                redefined ? null : evaluator,
                redefined ? row.getThreshold() : threshold,
                row.getAfter(),
                moved ? new DualMemory(memory.steps() + 1, memory.first(), memory.second()) : memory,
                moved ? Math.max(lastStep, step) : lastStep,
                nextReported);
    }

    @JsonIgnore
    boolean isDefined() {
        return evaluator != null;
    }

    /** Whether a definition tells something new. */
    boolean isSupersededBy(ConstraintDefinition definition) {
        return isDefined() ? definition.getVersion() > version : definition.getVersion() >= version;
    }

    /** After a newer definition; the multiplier is handed over as the definition says. */
    DualConstraint redefined(ConstraintDefinition definition) {
        boolean keep =
                definition.getVersion() == version || definition.getMultiplierHandover() == MultiplierHandover.KEEP;
        return new DualConstraint(
                definition.getVersion(),
                definition.getState() == ConstraintState.ACTIVE,
                definition.getEvaluator(),
                definition.getThreshold(),
                keep ? multiplier : definition.getInitialMultiplier(),
                keep ? memory : DualMemory.NONE,
                lastStep,
                reported);
    }

    DualConstraint moved(double nextMultiplier, DualMemory nextMemory, long step, int nextReported) {
        return new DualConstraint(
                version, active, evaluator, threshold, nextMultiplier, nextMemory, step, nextReported);
    }
}
