package io.saddle.dualupdater;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.saddle.run.dual.DualMemory;
import io.saddle.run.dual.DualRule;
import io.saddle.run.dual.Violation;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The dual side of one run, as a value: what the state store holds. Every method gives the run after one record; none does
 * I/O, and the same records in the same order give the same multipliers.
 *
 * <p>LOCKSTEP: one dual step per snapshot, once every active constraint's estimate of it is there. ASYNC: each estimate of a
 * newer snapshot than the last one used moves its own multiplier at once. A replayed estimate changes nothing in either.
 *
 * <p>LOCKSTEP numbers its dual steps by the snapshots, primal step / N, since that is what the trainer waits for; they leave
 * numbers out only where the run had no active constraint for a while.
 *
 * @param settings null until the run is known
 * @param dualStep the last dual step; 0 before the first
 * @param constraints by id
 * @param pending LOCKSTEP: estimates, all of one snapshot, that wait for the others of it, by constraint
 * @param early estimates that came before their run or constraint was known, oldest first, at most {@value #EARLY_LIMIT}
 */
record DualRun(
        String runId,
        DualSettings settings,
        long dualStep,
        TreeMap<String, DualConstraint> constraints,
        TreeMap<String, DualEstimate> pending,
        List<DualEstimate> early) {

    static final int EARLY_LIMIT = 256;

    static DualRun unknown(String runId) {
        return new DualRun(runId, null, 0, new TreeMap<>(), new TreeMap<>(), List.of());
    }

    /** Whether the run and every constraint that it starts with are known. */
    @JsonIgnore
    boolean isComplete() {
        return settings != null
                && constraints.keySet().containsAll(settings.constraintIds())
                && constraints.values().stream().allMatch(DualConstraint::isDefined);
    }

    /**
     * After a dual step that was made before and of which this state may know nothing: how a run is rebuilt from its
     * multipliers. What {@link MultiplierUpdate} does not carry is a {@link DualMemory}'s moments (gradient ascent has none) and
     * the estimates that waited; a trainer that waits for theirs announces its snapshot again.
     */
    DualRun afterMade(MultiplierUpdate update) {
        if (update.getDualStep() <= dualStep) {
            return this;
        }
        TreeMap<String, DualConstraint> next = new TreeMap<>(constraints);
        for (ConstraintMultiplier row : update.getConstraints()) {
            int reported = settings == null ? 0 : settings.doublingsPastLimit(row.getAfter());
            DualConstraint known = next.get(row.getConstraintId());
            next.put(
                    row.getConstraintId(),
                    known == null
                            ? DualConstraint.replayed(row, update.getStep(), reported)
                            : known.after(row, update.getStep(), reported));
        }
        return new DualRun(runId, settings, update.getDualStep(), next, new TreeMap<>(), List.of());
    }

    DualTransition onRun(DualSettings now) {
        TreeMap<String, DualConstraint> next = new TreeMap<>(constraints);
        if (settings != null && !settings.remembersLike(now)) {
            next.replaceAll((id, constraint) -> constraint.forgetting());
        }
        return new DualRun(runId, now, dualStep, next, pending, early).replayEarly();
    }

    DualTransition onConstraint(ConstraintDefinition definition) {
        DualConstraint known = constraints.get(definition.getConstraintId());
        if (known != null && !known.isSupersededBy(definition)) {
            return DualTransition.unchanged(this);
        }
        TreeMap<String, DualConstraint> next = new TreeMap<>(constraints);
        next.put(
                definition.getConstraintId(),
                known == null ? DualConstraint.first(definition) : known.redefined(definition));
        TreeMap<String, DualEstimate> waiting = new TreeMap<>(pending);
        waiting.remove(definition.getConstraintId());
        DualTransition redefined = new DualRun(runId, settings, dualStep, next, waiting, early).replayEarly();
        return redefined.then(DualRun::stepIfAllAreThere);
    }

    DualTransition onEstimate(DualEstimate estimate) {
        if (!isComplete() || isAheadOfDefinition(estimate)) {
            return keepEarly(estimate);
        }
        Verdict verdict = judge(estimate);
        if (verdict != Verdict.STEPPED) {
            return DualTransition.unchanged(this).with(verdict);
        }
        if (!settings.lockstep()) {
            return step(Map.of(estimate.constraintId(), estimate), estimate.step(), dualStep + 1)
                    .with(Verdict.STEPPED);
        }
        TreeMap<String, DualEstimate> waiting = isOfPending(estimate) ? new TreeMap<>(pending) : new TreeMap<>();
        waiting.put(estimate.constraintId(), estimate);
        DualTransition stepped =
                new DualRun(runId, settings, dualStep, constraints, waiting, early).stepIfAllAreThere();
        return stepped.with(stepped.updates().isEmpty() ? Verdict.WAITING : Verdict.STEPPED);
    }

    /** Made for a constraint, or a version of it, that is not known here yet. */
    private boolean isAheadOfDefinition(DualEstimate estimate) {
        DualConstraint known = constraints.get(estimate.constraintId());
        return known == null || estimate.constraintVersion() > known.version();
    }

    private Verdict judge(DualEstimate estimate) {
        DualConstraint constraint = constraints.get(estimate.constraintId());
        if (estimate.shadow()) {
            return Verdict.SHADOW;
        }
        if (!constraint.active()
                || estimate.constraintVersion() != constraint.version()
                || !estimate.evaluator().equals(constraint.evaluator())) {
            return Verdict.OUT_OF_VERSION;
        }
        OptionalDouble threshold = constraint.thresholdOf(estimate);
        if (threshold.isEmpty()) {
            return Verdict.NO_REFERENCE;
        }
        if (!Double.isFinite(estimate.loss()) || !Double.isFinite(threshold.getAsDouble())) {
            return Verdict.NOT_FINITE;
        }
        if (settings.lockstep()) {
            if (estimate.dualStep() > dualStep) {
                return Verdict.EARLY;
            }
            boolean there = isOfPending(estimate) && pending.containsKey(estimate.constraintId());
            return settings.dualStepOf(estimate) <= dualStep || there ? Verdict.LATE : Verdict.STEPPED;
        }
        return estimate.step() <= constraint.lastStep() ? Verdict.LATE : Verdict.STEPPED;
    }

    /** The newest word counts: a trainer that announces another snapshot no longer waits for the one before. */
    private boolean isOfPending(DualEstimate estimate) {
        return pending.isEmpty() || pending.firstEntry().getValue().step() == estimate.step();
    }

    private DualTransition keepEarly(DualEstimate estimate) {
        List<DualEstimate> next = new ArrayList<>(early);
        next.add(estimate);
        if (next.size() > EARLY_LIMIT) {
            next.remove(0);
        }
        return DualTransition.unchanged(new DualRun(runId, settings, dualStep, constraints, pending, next))
                .with(Verdict.UNKNOWN_YET);
    }

    /** Now that more is known, estimates that came too early are judged again. */
    private DualTransition replayEarly() {
        if (!isComplete() || early.isEmpty()) {
            return DualTransition.unchanged(this);
        }
        DualTransition all =
                DualTransition.unchanged(new DualRun(runId, settings, dualStep, constraints, pending, List.of()));
        for (DualEstimate estimate : early) {
            all = all.then(run -> run.onEstimate(estimate));
        }
        return all;
    }

    /** LOCKSTEP: the dual step, if no active constraint's estimate is missing. */
    private DualTransition stepIfAllAreThere() {
        boolean all = !pending.isEmpty()
                && constraints.entrySet().stream()
                        .allMatch(e -> !e.getValue().active() || pending.containsKey(e.getKey()));
        if (!all) {
            return DualTransition.unchanged(this);
        }
        DualEstimate any = pending.firstEntry().getValue();
        return step(pending, any.step(), settings.dualStepOf(any));
    }

    private DualTransition step(Map<String, DualEstimate> estimates, long snapshotStep, long nextDualStep) {
        TreeMap<String, DualConstraint> next = new TreeMap<>(constraints);
        TreeMap<String, Violation> violations = new TreeMap<>();
        List<String> crossed = new ArrayList<>();
        estimates.forEach((id, estimate) -> {
            DualConstraint constraint = constraints.get(id);
            DualRule.Outcome outcome = settings.rule(constraint)
                    .step(
                            estimate.loss(),
                            constraint.thresholdOf(estimate).orElseThrow(),
                            constraint.multiplier(),
                            constraint.memory());
            double multiplier = constraint.decay() == null ? outcome.multiplier() : constraint.decayed();
            int past = settings.doublingsPastLimit(multiplier);
            if (past > constraint.reported() && multiplier > constraint.multiplier()) {
                crossed.add(id);
            }
            int reported = past == 0 ? 0 : Math.max(past, constraint.reported());
            violations.put(id, outcome.violation());
            next.put(
                    id,
                    constraint.moved(
                            multiplier,
                            outcome.memory(),
                            snapshotStep,
                            reported,
                            outcome.violation().threshold()));
        });
        next.replaceAll((id, constraint) ->
                constraint.hasMultiplier() && !constraint.active() ? constraint.left() : constraint);
        DualRun after = new DualRun(runId, settings, nextDualStep, next, new TreeMap<>(), early);
        return new DualTransition(
                after, List.of(new DualStepTaken(this, after, snapshotStep, violations, crossed)), List.of());
    }
}
