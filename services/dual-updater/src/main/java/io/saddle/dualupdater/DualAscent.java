package io.saddle.dualupdater;

import io.saddle.run.dual.DualRule;
import io.saddle.run.dual.Violation;
import io.saddle.schema.ConstraintDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The dual ascent of a run, record by record. Every function gives the run after one record; none does I/O, and the same records
 * in the same order give the same multipliers.
 *
 * <p>LOCKSTEP: one dual step per snapshot, once every active constraint's estimate of it is there. PIPELINED: the same, and estimates
 * of later snapshots are kept until the dual step before theirs is made. ASYNC: each estimate of a newer snapshot than the last one
 * used moves its own multiplier at once. A replayed estimate changes nothing in any.
 *
 * <p>LOCKSTEP and PIPELINED number their dual steps by the snapshots, primal step / N, since that is what the trainer waits for; they
 * leave numbers out only where the run had no active constraint for a while. An estimate that would leave one out otherwise is of a
 * snapshot that no trainer took.
 */
final class DualAscent {

    private DualAscent() {}

    static DualTransition onRun(DualRun run, DualSettings now) {
        if (run.settings() != null && now.isOverBy(run.settings())) {
            return DualTransition.unchanged(run);
        }
        TreeMap<String, DualConstraint> next = new TreeMap<>(run.constraints());
        if (run.settings() != null && !run.settings().remembersLike(now)) {
            next.replaceAll((id, constraint) -> constraint.forgetting());
        }
        DualRun known = run.with(now, next);
        boolean beginsWithout = run.settings() == null && now.constraintIds().isEmpty();
        return replayEarly(beginsWithout || isWithout(known) ? known.broken() : known);
    }

    static DualTransition onConstraint(DualRun run, ConstraintDefinition definition) {
        String id = definition.getConstraintId();
        DualConstraint known = run.constraints().get(id);
        if (known != null && !known.definition().isSupersededBy(definition)) {
            return DualTransition.unchanged(run);
        }
        TreeMap<String, DualConstraint> next = new TreeMap<>(run.constraints());
        next.put(id, known == null ? DualConstraint.first(definition) : known.redefined(definition));
        TreeMap<String, DualEstimate> waiting = new TreeMap<>(run.pending());
        waiting.remove(id);
        DualRun redefined = run.with(run.settings(), next).withPending(waiting);
        return replayEarly(isBreak(known, definition, redefined) ? redefined.broken() : redefined)
                .then(DualAscent::stepIfAllAreThere);
    }

    /** After it the run may have no constraint in force, or may have had none for a while: versions between were compacted away. */
    private static boolean isBreak(DualConstraint known, ConstraintDefinition definition, DualRun after) {
        int expected = known == null ? 1 : known.definition().version() + 1;
        return definition.getVersion() > expected || isWithout(after);
    }

    private static boolean isWithout(DualRun run) {
        return run.isComplete() && !run.hasConstraintInForce();
    }

    static DualTransition onEstimate(DualRun run, DualEstimate estimate) {
        if (!run.isComplete() || isAheadOfDefinition(run, estimate)) {
            return keep(run, estimate).with(estimate, Verdict.UNKNOWN_YET);
        }
        Verdict verdict = judge(run, estimate);
        if (verdict == Verdict.EARLY && run.settings().delay() > 0) {
            return keep(run, estimate).with(estimate, Verdict.EARLY);
        }
        if (verdict != Verdict.STEPPED) {
            return DualTransition.unchanged(run).with(estimate, verdict);
        }
        if (!run.settings().lockstep()) {
            return step(run, Map.of(estimate.constraintId(), estimate), estimate.step(), run.dualStep() + 1)
                    .with(estimate, Verdict.STEPPED);
        }
        TreeMap<String, DualEstimate> waiting =
                isOfPending(run, estimate) ? new TreeMap<>(run.pending()) : new TreeMap<>();
        waiting.put(estimate.constraintId(), estimate);
        DualTransition stepped = stepIfAllAreThere(run.withPending(waiting));
        return stepped.with(estimate, stepped.updates().isEmpty() ? Verdict.WAITING : Verdict.STEPPED);
    }

    /** Made for a constraint, or a version of it, that is not known here yet. */
    private static boolean isAheadOfDefinition(DualRun run, DualEstimate estimate) {
        DualConstraint known = run.constraints().get(estimate.constraintId());
        return known == null
                || estimate.constraintVersion() > known.definition().version();
    }

    private static Verdict judge(DualRun run, DualEstimate estimate) {
        DualConstraint constraint = run.constraints().get(estimate.constraintId());
        DualDefinition definition = constraint.definition();
        if (!(estimate.shadow() ? definition.isOfVersion(estimate) : definition.isMeasuredBy(estimate))) {
            return estimate.shadow() ? Verdict.SHADOW : Verdict.OUT_OF_VERSION;
        }
        OptionalDouble threshold = definition.thresholdOf(estimate);
        if (threshold.isEmpty()) {
            return Verdict.NO_REFERENCE;
        }
        if (!DualRule.isUsable(estimate.loss()) || !DualRule.isUsable(threshold.getAsDouble())) {
            return Verdict.NOT_FINITE;
        }
        if (!run.settings().comesTo(estimate.step())) {
            return Verdict.OUT_OF_TURN;
        }
        if (estimate.shadow()) {
            // Later than others, as long as they have moved the multipliers, it may be.
            boolean isOutOfTurn = run.settings().lockstep() && judgeTime(run, estimate) == Verdict.OUT_OF_TURN;
            return isOutOfTurn ? Verdict.OUT_OF_TURN : Verdict.SHADOW;
        }
        if (run.settings().lockstep()) {
            return judgeTime(run, estimate);
        }
        if (estimate.step() <= constraint.lastStep()) {
            return Verdict.LATE;
        }
        return run.settings().mayComeFrom(constraint.lastStep(), estimate.step())
                ? Verdict.STEPPED
                : Verdict.OUT_OF_TURN;
    }

    private static Verdict judgeTime(DualRun run, DualEstimate estimate) {
        if (estimate.dualStep() > run.dualStep()) {
            return Verdict.EARLY;
        }
        long next = run.settings().dualStepOf(estimate);
        boolean there = isOfPending(run, estimate) && run.pending().containsKey(estimate.constraintId());
        if (next <= run.dualStep() || there) {
            return Verdict.LATE;
        }
        if (!run.settings().isAtDualPoint(estimate)) {
            return Verdict.OUT_OF_TURN;
        }
        // A later one would be the only word on the steps before it: the trainer would take them without any
        // constraint.
        boolean isAfterNext = next > run.dualStep() + 1;
        return isAfterNext && run.unbroken() && estimate.dualStep() > run.passedBy()
                ? Verdict.OUT_OF_TURN
                : Verdict.STEPPED;
    }

    /** The newest word counts: a trainer that announces another snapshot no longer waits for the one before. */
    private static boolean isOfPending(DualRun run, DualEstimate estimate) {
        return run.pending().isEmpty() || run.pending().firstEntry().getValue().step() == estimate.step();
    }

    private static DualTransition keep(DualRun run, DualEstimate estimate) {
        if (run.early().contains(estimate)) {
            return DualTransition.unchanged(run);
        }
        List<DualEstimate> next = new ArrayList<>(run.early());
        next.add(estimate);
        int bytes = next.stream().mapToInt(DualEstimate::mostBytes).sum();
        while (bytes > DualRun.EARLY_BYTES) {
            bytes -= next.remove(0).mostBytes();
        }
        return DualTransition.unchanged(run.withEarly(next));
    }

    /** Now that more is known, estimates that came too early are judged again. */
    private static DualTransition replayEarly(DualRun run) {
        if (!run.isComplete() || run.early().isEmpty()) {
            return DualTransition.unchanged(run);
        }
        return replay(run, List.of(), run.early());
    }

    /** No dual step brings the definition that an estimate waits for: that one is not judged again. */
    private static DualTransition replayAfterStep(DualRun run) {
        Map<Boolean, List<DualEstimate>> byWait =
                run.early().stream().collect(Collectors.partitioningBy(kept -> isAheadOfDefinition(run, kept)));
        return replay(run, byWait.get(true), byWait.get(false));
    }

    private static DualTransition replay(DualRun run, List<DualEstimate> kept, List<DualEstimate> judged) {
        DualTransition all = DualTransition.unchanged(run.withEarly(kept));
        for (DualEstimate estimate : judged) {
            all = all.then(next -> onEstimate(next, estimate));
        }
        return all;
    }

    /** LOCKSTEP and PIPELINED: the dual step, if no active constraint's estimate is missing. */
    private static DualTransition stepIfAllAreThere(DualRun run) {
        TreeMap<String, DualEstimate> pending = run.pending();
        boolean all = !pending.isEmpty()
                && run.constraints().entrySet().stream()
                        .allMatch(e -> !e.getValue().definition().active() || pending.containsKey(e.getKey()));
        if (!all) {
            return DualTransition.unchanged(run);
        }
        DualEstimate any = pending.firstEntry().getValue();
        return step(run, pending, any.step(), run.settings().dualStepOf(any)).then(DualAscent::replayAfterStep);
    }

    private static DualTransition step(
            DualRun run, Map<String, DualEstimate> estimates, long snapshotStep, long nextDualStep) {
        DualSettings settings = run.settings();
        TreeMap<String, DualConstraint> next = new TreeMap<>(run.constraints());
        TreeMap<String, Violation> violations = new TreeMap<>();
        List<String> crossed = new ArrayList<>();
        estimates.forEach((id, estimate) -> {
            DualConstraint constraint = run.constraints().get(id);
            DualDefinition definition = constraint.definition();
            DualRule.Outcome outcome = settings.rule(definition)
                    .step(
                            estimate.loss(),
                            definition.thresholdOf(estimate).orElseThrow(),
                            constraint.multiplier(),
                            constraint.memory());
            double multiplier = definition.decay() == null ? outcome.multiplier() : constraint.decayed();
            int past = settings.doublingsPastLimit(multiplier);
            if (past > constraint.reported() && multiplier > constraint.multiplier()) {
                crossed.add(id);
            }
            int reported = settings.reported(multiplier, constraint.reported());
            Violation violation = outcome.violation();
            violations.put(id, violation);
            next.put(id, constraint.moved(multiplier, outcome.memory(), snapshotStep, reported, violation.threshold()));
        });
        next.replaceAll((id, constraint) ->
                constraint.hasMultiplier() && !constraint.definition().active() ? constraint.left() : constraint);
        DualRun after = new DualRun(
                run.runId(), settings, nextDualStep, next, new TreeMap<>(), run.early(), true, run.passedBy());
        return new DualTransition(
                after, List.of(new DualStepTaken(run, after, snapshotStep, violations, crossed)), List.of());
    }
}
