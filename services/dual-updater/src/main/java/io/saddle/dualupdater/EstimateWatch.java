package io.saddle.dualupdater;

import io.saddle.dualupdater.DualTransition.Judged;
import io.saddle.dualupdater.UnusableEstimate.Fault;
import io.saddle.schema.Alert;
import io.saddle.schema.LossEstimate;
import io.saddle.service.AlertLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the estimates of evaluators show that somebody has to know: that no dual step can be made of them, that all of them are of snapshots
 * before one that was used, that two programs go by one name, that nobody has defined what they are of. In memory: a task that begins again may say it again.
 */
final class EstimateWatch {

    /** One or two may come after a later one; so many are no accident. */
    private static final int LATE_IN_A_ROW = 5;

    /** One that was written longer ago is of a backlog: after a restore all are read again, and come too late for what they have moved. */
    private static final Duration BACKLOG = Duration.ofMinutes(1);

    /** Two measurements of one snapshot do not differ by so many standard errors and by so large a part. */
    private static final double MOST_ERRORS = 4;

    private static final double MOST_PART = 0.05;

    private record Constraint(String runId, String id) {}

    /**
     * A fault that was said.
     *
     * @param times how often
     * @param healed whether a right estimate has come since
     */
    private record Said(Instant last, int times, boolean healed) {

        /** Its first return is due at once; later ones are not, for right and wrong ones may come by turns: of two programs of one name. */
        boolean isDue(Instant now) {
            return healed && (times == 1 || !now.isBefore(last.plus(AlertLog.RESTS.after(times - 2))));
        }
    }

    private final Map<UnusableEstimate, Said> said = new HashMap<>();

    /** The last that counted. */
    private final Map<Constraint, LossEstimate> used = new HashMap<>();

    private final Map<Constraint, Integer> late = new HashMap<>();

    private final AwaitedDefinitions awaited = new AwaitedDefinitions();

    /** A task begins again. */
    void clear() {
        said.clear();
        used.clear();
        late.clear();
        awaited.clear();
    }

    /** Nothing more comes of the run. */
    void forget(String runId) {
        said.keySet().removeIf(unusable -> unusable.runId().equals(runId));
        used.keySet().removeIf(constraint -> constraint.runId().equals(runId));
        late.keySet().removeIf(constraint -> constraint.runId().equals(runId));
        awaited.forget(runId);
    }

    /** What is to be said of estimates whose definition has not come. */
    List<Alert> overdue(Instant now) {
        return awaited.overdue(now).stream()
                .flatMap(one -> told(one.estimate(), one.step(), now).stream())
                .toList();
    }

    /** What is to be said after a record with which the turn of kept estimates came: a fault once, and again where it comes back after it had healed. */
    List<Alert> judged(DualTransition done, Instant now) {
        List<Alert> alerts = new ArrayList<>();
        for (Judged judged : done.judged()) {
            healed(done.run(), judged);
            awaited.judged(done.run(), judged, now);
            Fault.of(judged.verdict(), done.run().settings())
                    .flatMap(fault -> told(done.run(), judged.estimate(), fault, now))
                    .ifPresent(alerts::add);
        }
        return alerts;
    }

    /**
     * As {@link #judged(DualTransition, Instant)}, after an estimate.
     *
     * @param written when its record was
     * @param done what became of it, which is judged last, and of kept ones whose turn came with it
     */
    List<Alert> heard(LossEstimate estimate, Instant written, DualTransition done, Instant now) {
        List<Alert> alerts = judged(done, now);
        if (!done.judged().isEmpty()) {
            Judged own = done.judged().get(done.judged().size() - 1);
            boolean isOfBacklog = written.isBefore(now.minus(BACKLOG));
            besideOthers(estimate, isOfBacklog, own.verdict(), done.run())
                    .flatMap(fault -> told(done.run(), own.estimate(), fault, now))
                    .ifPresent(alerts::add);
        }
        return alerts;
    }

    private Optional<Alert> told(DualRun run, DualEstimate estimate, Fault fault, Instant now) {
        return told(UnusableEstimate.of(run.runId(), estimate, fault), estimate.step(), now);
    }

    private Optional<Alert> told(UnusableEstimate unusable, long step, Instant now) {
        Said before = said.get(unusable);
        if (before != null && !before.isDue(now)) {
            return Optional.empty();
        }
        said.put(unusable, new Said(now, before == null ? 1 : before.times() + 1, false));
        return Optional.of(unusable.alert(step, now));
    }

    private void healed(DualRun run, Judged judged) {
        switch (judged.verdict()) {
            case STEPPED, WAITING, SHADOW -> {
                for (Fault fault : Fault.values()) {
                    said.computeIfPresent(
                            UnusableEstimate.of(run.runId(), judged.estimate(), fault),
                            (unusable, before) -> new Said(before.last(), before.times(), true));
                }
            }
            default -> {}
        }
    }

    private Optional<Fault> besideOthers(LossEstimate estimate, boolean isOfBacklog, Verdict verdict, DualRun run) {
        Constraint constraint = new Constraint(run.runId(), estimate.getConstraintId());
        if (verdict == Verdict.STEPPED || verdict == Verdict.WAITING) {
            used.put(constraint, estimate);
            late.remove(constraint);
            return Optional.empty();
        }
        if (verdict != Verdict.LATE) {
            return Optional.empty();
        }
        LossEstimate last = used.get(constraint);
        if (last != null && isOfTheSame(estimate, last)) {
            return differ(estimate, last) ? Optional.of(Fault.CONTRADICTED) : Optional.empty();
        }
        if (run.settings().lockstep() || isOfBacklog) {
            return Optional.empty();
        }
        return late.merge(constraint, 1, Integer::sum) >= LATE_IN_A_ROW ? Optional.of(Fault.STALE) : Optional.empty();
    }

    private static boolean isOfTheSame(LossEstimate one, LossEstimate other) {
        return one.getStep() == other.getStep()
                && one.getConstraintVersion() == other.getConstraintVersion()
                && one.getEvaluator().equals(other.getEvaluator());
    }

    private static boolean differ(LossEstimate one, LossEstimate other) {
        double difference = Math.abs(one.getLoss() - other.getLoss());
        double error = Math.hypot(finite(one.getStandardError()), finite(other.getStandardError()));
        return difference > MOST_ERRORS * error
                && difference > MOST_PART * Math.max(Math.abs(one.getLoss()), Math.abs(other.getLoss()));
    }

    private static double finite(double standardError) {
        return Double.isFinite(standardError) ? standardError : 0;
    }
}
