package io.saddle.dualupdater;

import io.saddle.dual.DualMemory;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;

/**
 * The dual side of one constraint: its definition in force, its multiplier, and what was last used of its estimates.
 *
 * @param version version of the definition in force
 * @param active whether estimates move the multiplier
 * @param evaluator the only evaluator whose estimates count
 * @param threshold b
 * @param multiplier lambda now
 * @param memory what the dual optimizer remembers
 * @param lastStep primal step of the newest snapshot that moved it; -1 before the first
 * @param overLimit whether the multiplier stood above the run's limit, so that it is reported once
 */
record DualConstraint(
        int version,
        boolean active,
        String evaluator,
        double threshold,
        double multiplier,
        DualMemory memory,
        long lastStep,
        boolean overLimit) {

    static DualConstraint first(ConstraintDefinition definition) {
        return new DualConstraint(
                definition.getVersion(),
                definition.getState() == ConstraintState.ACTIVE,
                definition.getEvaluator(),
                definition.getThreshold(),
                definition.getInitialMultiplier(),
                DualMemory.NONE,
                -1,
                false);
    }

    /** After a newer definition; the multiplier is handed over as the definition says. */
    DualConstraint redefined(ConstraintDefinition definition) {
        boolean keep = definition.getMultiplierHandover() == MultiplierHandover.KEEP;
        return new DualConstraint(
                definition.getVersion(),
                definition.getState() == ConstraintState.ACTIVE,
                definition.getEvaluator(),
                definition.getThreshold(),
                keep ? multiplier : definition.getInitialMultiplier(),
                keep ? memory : DualMemory.NONE,
                lastStep,
                overLimit);
    }

    DualConstraint moved(double nextMultiplier, DualMemory nextMemory, long step, boolean nextOverLimit) {
        return new DualConstraint(
                version, active, evaluator, threshold, nextMultiplier, nextMemory, step, nextOverLimit);
    }
}
