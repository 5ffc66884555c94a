package io.saddle.dualupdater;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.saddle.dual.DualOptimizer;
import io.saddle.dual.Violation;
import io.saddle.schema.ConstraintDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The dual side of one run, as a value: what the state store holds. Every method gives the run after one record; none does
 * I/O, and the same records in the same order give the same multipliers.
 *
 * <p>LOCKSTEP: one dual step per snapshot, once every active constraint's estimate of it is there. ASYNC: each estimate of a
 * newer snapshot than the last one used moves its own multiplier at once. A replayed estimate changes nothing in either.
 *
 * @param settings null until the run is known
 * @param dualStep dual steps done
 * @param constraints by id
 * @param pending LOCKSTEP: estimates that wait for the others of their snapshot, by constraint
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
        return settings != null && constraints.keySet().containsAll(settings.constraintIds());
    }

    DualTransition onRun(DualSettings now) {
        return new DualRun(runId, now, dualStep, constraints, pending, early).replayEarly();
    }

    DualTransition onConstraint(ConstraintDefinition definition) {
        DualConstraint known = constraints.get(definition.getConstraintId());
        if (known != null && definition.getVersion() <= known.version()) {
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
            return step(Map.of(estimate.constraintId(), estimate), estimate.step())
                    .with(Verdict.STEPPED);
        }
        TreeMap<String, DualEstimate> waiting = new TreeMap<>(pending);
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
        if (!Double.isFinite(estimate.loss())) {
            return Verdict.NOT_FINITE;
        }
        if (settings.lockstep()) {
            if (estimate.dualStep() > dualStep) {
                return Verdict.EARLY;
            }
            boolean there = pending.containsKey(estimate.constraintId());
            return estimate.dualStep() < dualStep || there ? Verdict.LATE : Verdict.STEPPED;
        }
        return estimate.step() <= constraint.lastStep() ? Verdict.LATE : Verdict.STEPPED;
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
        return all ? step(pending, pending.firstEntry().getValue().step()) : DualTransition.unchanged(this);
    }

    private DualTransition step(Map<String, DualEstimate> estimates, long snapshotStep) {
        TreeMap<String, DualConstraint> next = new TreeMap<>(constraints);
        TreeMap<String, Violation> violations = new TreeMap<>();
        List<String> crossed = new ArrayList<>();
        estimates.forEach((id, estimate) -> {
            DualConstraint constraint = constraints.get(id);
            Violation violation =
                    Violation.of(estimate.loss(), constraint.threshold(), constraint.multiplier(), settings.gamma());
            DualOptimizer.Step step =
                    settings.optimizer().step(constraint.multiplier(), violation.value(), constraint.memory());
            boolean over = step.multiplier() > settings.multiplierLimit();
            if (over && !constraint.overLimit()) {
                crossed.add(id);
            }
            violations.put(id, violation);
            next.put(id, constraint.moved(step.multiplier(), step.memory(), snapshotStep, over));
        });
        DualRun after = new DualRun(runId, settings, dualStep + 1, next, new TreeMap<>(), early);
        return new DualTransition(
                after, List.of(new DualStepTaken(this, after, snapshotStep, violations, crossed)), List.of());
    }
}
