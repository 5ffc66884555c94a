package io.saddle.dualupdater;

import io.saddle.run.dual.DualMemory;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierHandover;

/**
 * The dual side of one constraint: its definition in force, its multiplier, and what was last used of its estimates.
 *
 * @param multiplier lambda now
 * @param memory what the dual optimizer remembers
 * @param lastStep primal step of the newest snapshot that moved it; -1 before the first
 * @param reported how far past the run's limit it was reported, see {@link DualSettings#doublingsPastLimit}
 * @param bound b in the last step that moved it; null before, and in states of earlier releases
 */
record DualConstraint(
        DualDefinition definition, double multiplier, DualMemory memory, long lastStep, int reported, Double bound) {

    /** A multiplier that decays is 0 when it weighs less than this. */
    private static final double NEGLIGIBLE = 1e-3;

    /** One of which no dual step tells: out of force already, as in a rebuild, it has no multiplier to leave with. */
    static DualConstraint first(ConstraintDefinition definition) {
        DualDefinition first = DualDefinition.of(definition);
        boolean hasLeft = first.decay() != null && !first.active();
        return new DualConstraint(first, hasLeft ? 0 : definition.getInitialMultiplier(), DualMemory.NONE, -1, 0, null);
    }

    /** As one dual step's record shows a constraint that nothing else is known of. */
    static DualConstraint replayed(ConstraintMultiplier row, long step, DualSettings settings) {
        return new DualConstraint(DualDefinition.unknown(row), row.getBefore(), DualMemory.NONE, -1, 0, null)
                .after(row, step, settings);
    }

    /**
     * After a dual step that was made before.
     *
     * @param settings the run's; null if it is not known
     */
    DualConstraint after(ConstraintMultiplier row, long step, DualSettings settings) {
        boolean moved = row.getLoss() != null;
        // A newer version may have been out of force meanwhile, while the run went on.
        long before = row.getVersion() > definition.version() ? -1 : lastStep;
        return new DualConstraint(
                definition.after(row),
                row.getAfter(),
                LoggedMemory.after(row, settings, memory),
                moved ? Math.max(before, step) : before,
                settings == null ? 0 : settings.reported(row.getAfter(), reported),
                moved ? Double.valueOf(row.getThreshold()) : bound);
    }

    /** True if a dual step's record has a row for it: it is active, or its multiplier goes to 0 in this step. */
    boolean hasMultiplier() {
        return definition.active() || (definition.decay() != null && multiplier > 0);
    }

    /** After a newer definition; the multiplier is handed over as the definition says. */
    DualConstraint redefined(ConstraintDefinition newer) {
        DualDefinition next = DualDefinition.of(newer);
        boolean same = next.version() == definition.version();
        boolean keep = same || newer.getMultiplierHandover() == MultiplierHandover.KEEP;
        // What was never in force has no multiplier to leave with. What a dual step's record alone tells of was in
        // force.
        boolean neverInForce =
                definition.isKnown() && !definition.active() && definition.decay() == null && next.decay() != null;
        double carried = neverInForce ? 0 : multiplier;
        // What another evaluator has said of the run's steps binds nobody, and out of force the run goes on without
        // moving it.
        boolean wasInForce =
                !definition.isKnown() || definition.active() && next.evaluator().equals(definition.evaluator());
        boolean goesOn = keep && wasInForce && next.version() <= definition.version() + 1;
        return new DualConstraint(
                next,
                keep ? carried : newer.getInitialMultiplier(),
                keep ? memory : DualMemory.NONE,
                goesOn ? lastStep : -1,
                reported,
                next.boundsAs(definition) ? bound : null);
    }

    /** The multiplier after a dual step of a constraint that is leaving. */
    double decayed() {
        double next = multiplier * definition.decay();
        return next < NEGLIGIBLE ? 0 : next;
    }

    /** b as far as it is known: that of the last step where the threshold is relative. */
    double lastBound() {
        return bound == null ? definition.threshold() : bound;
    }

    /** Its optimizer was exchanged: what the old one remembered means nothing to the new one. */
    DualConstraint forgetting() {
        return new DualConstraint(definition, multiplier, DualMemory.NONE, lastStep, reported, bound);
    }

    DualConstraint moved(double nextMultiplier, DualMemory nextMemory, long step, int nextReported, double nextBound) {
        return new DualConstraint(definition, nextMultiplier, nextMemory, step, nextReported, nextBound);
    }

    /** Left without an estimate. */
    DualConstraint left() {
        return new DualConstraint(definition, 0, memory, lastStep, 0, bound);
    }
}
