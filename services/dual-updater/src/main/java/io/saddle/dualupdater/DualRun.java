package io.saddle.dualupdater;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.List;
import java.util.TreeMap;

/**
 * The dual side of one run, as a value: what the state store holds, and {@link DualAscent} takes from one record to the next.
 *
 * @param settings null until the run is known
 * @param dualStep the last dual step; 0 before the first
 * @param constraints by id
 * @param pending LOCKSTEP, PIPELINED: estimates, all of one snapshot, that wait for the others of it, by constraint
 * @param early estimates that came before their run or constraint was known, or the dual step before theirs was made, oldest first, the
 *     newest that fit into {@value #EARLY_BYTES} bytes
 * @param unbroken true if a constraint was in force all the time since the last dual step, or since the run began: then the next dual step
 *     is the next number. False in states of earlier releases, and where it is not known
 * @param passedBy snapshots that name this dual step or one before it may be of a time after one without constraints: the trainer took none
 *     of the later vectors, which were made of snapshots from before it. -1: none are
 */
record DualRun(
        String runId,
        DualSettings settings,
        long dualStep,
        TreeMap<String, DualConstraint> constraints,
        TreeMap<String, DualEstimate> pending,
        List<DualEstimate> early,
        boolean unbroken,
        long passedBy) {

    /**
     * What early estimates may take of the 1 MB that a changelog's record holds: those of 100 constraints and a delay of 8 do, with names of
     * usual length.
     */
    static final int EARLY_BYTES = 800_000;

    static DualRun unknown(String runId) {
        return new DualRun(runId, null, 0, new TreeMap<>(), new TreeMap<>(), List.of(), true, -1);
    }

    /** True of one that made dual steps under settings that this build cannot read: a newer one may. */
    boolean lacksSettings() {
        return settings == null && dualStep > 0 && !constraints.isEmpty();
    }

    /** True once the run and every constraint that it starts with are known. */
    boolean isComplete() {
        return settings != null
                && constraints.keySet().containsAll(settings.constraintIds())
                && constraints.values().stream()
                        .allMatch(constraint -> constraint.definition().isKnown());
    }

    /**
     * After a dual step that was made before and of which this state may know nothing: how a run is rebuilt from its
     * multipliers. What {@link MultiplierUpdate} does not carry is the estimates that waited; a trainer that waits for theirs
     * announces its snapshot again.
     */
    DualRun afterMade(MultiplierUpdate update) {
        if (update.getDualStep() <= dualStep) {
            return this;
        }
        TreeMap<String, DualConstraint> next = new TreeMap<>(constraints);
        for (ConstraintMultiplier row : update.getConstraints()) {
            DualConstraint known = next.get(row.getConstraintId());
            next.put(
                    row.getConstraintId(),
                    known == null
                            ? DualConstraint.replayed(row, update.getStep(), settings)
                            : known.after(row, update.getStep(), settings));
        }
        boolean wasWithout = update.getDualStep() > dualStep + 1;
        return new DualRun(
                runId,
                settings,
                update.getDualStep(),
                next,
                new TreeMap<>(),
                List.of(),
                true,
                wasWithout ? dualStep : passedBy);
    }

    /**
     * What is kept of it once it is deleted: its multipliers stay on their topic, and a store that did not know the newest of them
     * would be rebuilt at each start. Null where there are none.
     */
    DualRun deleted() {
        return dualStep == 0
                ? null
                : new DualRun(runId, null, dualStep, new TreeMap<>(), new TreeMap<>(), List.of(), false, -1);
    }

    DualRun with(DualSettings nextSettings, TreeMap<String, DualConstraint> nextConstraints) {
        return new DualRun(runId, nextSettings, dualStep, nextConstraints, pending, early, unbroken, passedBy);
    }

    DualRun withPending(TreeMap<String, DualEstimate> next) {
        return new DualRun(runId, settings, dualStep, constraints, next, early, unbroken, passedBy);
    }

    DualRun withEarly(List<DualEstimate> next) {
        return new DualRun(runId, settings, dualStep, constraints, pending, next, unbroken, passedBy);
    }

    /** The same after a time of which it is not known that a constraint was in force. */
    DualRun broken() {
        return new DualRun(runId, settings, dualStep, constraints, pending, early, false, dualStep);
    }

    /** True if estimates of a constraint move its multiplier. */
    boolean hasConstraintInForce() {
        return constraints.values().stream()
                .anyMatch(constraint -> constraint.definition().active());
    }
}
