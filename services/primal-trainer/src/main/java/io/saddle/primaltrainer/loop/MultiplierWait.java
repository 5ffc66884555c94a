package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.primaltrainer.progress.Unread;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Tells of a wait for multipliers: in the status after 5 s, by an alert after 60 s, naming what keeps the trainer from reading them or else
 * the constraints that hold it up, and by another one where others, or the dual updater, have held it up for as long.
 */
final class MultiplierWait {

    private static final long SHOWN_AFTER_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long ALERT_AFTER_NANOS = Duration.ofSeconds(60).toNanos();

    /**
     * Who holds a wait up.
     *
     * @param reader whether the trainer cannot read what others say; it may be there then
     * @param missing the constraints whose estimates are missing; none, and the reader reads: the dual updater is waited for
     */
    private record Culprit(boolean reader, Set<String> missing) {}

    private final RunSpec spec;
    private final RunConstraints constraints;
    private final RunInputs inputs;
    private final RunOutput output;
    private final StepClock clock;
    private final LongSupplier nanos;
    private final HeardWord word;
    private Culprit culprit = new Culprit(false, Set.of());
    private long culpritSince;
    /** The one that the last alert of this wait named; null before the first. */
    private Culprit alerted;

    MultiplierWait(
            RunSpec spec,
            RunConstraints constraints,
            RunInputs inputs,
            RunOutput output,
            StepClock clock,
            LongSupplier nanos) {
        this.spec = spec;
        this.constraints = constraints;
        this.inputs = inputs;
        this.output = output;
        this.clock = clock;
        this.nanos = nanos;
        this.word = new HeardWord(nanos);
    }

    /**
     * Says what is waited for: in the status, and after a minute in an alert.
     *
     * @return whether the snapshot should be announced again: after one minute, two, four, ... of a wait
     */
    boolean tell(long step, long dualStep) throws InterruptedException {
        if (!word.isHeard()) {
            clock.heldUp();
        }
        if (clock.waitingNanos() <= SHOWN_AFTER_NANOS) {
            alerted = null;
            return false;
        }
        // What has not been read may be there: nobody else is to blame before it is.
        Optional<String> obstacle = inputs.obstacle().get();
        List<ConstraintDefinition> missing = obstacle.isPresent() ? List.of() : missing(step);
        note(obstacle.isPresent(), missing);
        String message = message(step, obstacle, missing);
        word.said(output.status(RunPhase.WAITING_FOR_MULTIPLIERS, step, dualStep, message, null));
        int due = clock.reminderDue(ALERT_AFTER_NANOS);
        if (due == 1 || alerted != null && isAnotherFor(ALERT_AFTER_NANOS)) {
            if (obstacle.isPresent()) {
                alertOfReader(step, message);
            } else {
                alert(step, missing, message);
            }
            alerted = culprit;
        }
        return due > 0;
    }

    private void note(boolean reader, List<ConstraintDefinition> missing) {
        Set<String> ids =
                missing.stream().map(ConstraintDefinition::getConstraintId).collect(Collectors.toSet());
        Culprit now = new Culprit(reader, ids);
        if (!now.equals(culprit)) {
            culprit = now;
            culpritSince = nanos.getAsLong();
        }
    }

    /** Whether something else is waited for than the last alert said, for so long already: what comes next may take its moment. */
    private boolean isAnotherFor(long atLeast) {
        return !culprit.equals(alerted) && nanos.getAsLong() - culpritSince >= atLeast;
    }

    private void alertOfReader(long step, String message) throws InterruptedException {
        output.alert(
                "step " + step + " waits for what its trainer cannot read",
                AlertKind.OTHER,
                Severity.ERROR,
                message,
                Unread.REMEDY + "; training goes on by itself",
                step);
    }

    private void alert(long step, List<ConstraintDefinition> missing, String message) throws InterruptedException {
        output.alert(
                missing.isEmpty() ? AlertKind.STALE_MULTIPLIERS : AlertKind.EVALUATOR_SILENT,
                Severity.WARNING,
                message,
                missing.isEmpty()
                        ? "see that the dual updater runs, and by './saddle dlq list saddle.runs' that it has not refused this run, as an older build"
                                + " does with keys that it does not know (exchange it: the newer one takes the run up);"
                                + " training goes on by itself"
                        : "start the evaluators " + evaluators(missing)
                                + ", or see what their alerts, logs and probes say where they run (./saddle evaluators); or retire"
                                + " the constraints that nobody measures; training goes on by itself",
                step);
    }

    private List<ConstraintDefinition> missing(long step) {
        if (isAsync()) {
            long oldest = step - (spec.dual().maxStaleSteps() - spec.stepsTogether() + 1);
            return inputs.estimates().missing(constraints.active(), oldest);
        }
        // The vector is made of exactly that snapshot: those after it may be measured while it is lost.
        long dualPoint = step - spec.dual().delay() * spec.dual().primalSteps();
        return inputs.estimates().missingOf(constraints.active(), dualPoint);
    }

    private String message(long step, Optional<String> obstacle, List<ConstraintDefinition> missing) {
        String why = "";
        if (isAsync()) {
            long stale = inputs.multipliers().newest().staleSteps(step, constraints.activeSince());
            why = "the multipliers are " + stale + " steps old, dual.maxStaleSteps allows "
                    + spec.dual().maxStaleSteps() + "; ";
        }
        if (obstacle.isPresent()) {
            return why + "step " + step + " waits for what its trainer cannot read: " + obstacle.get();
        }
        return why + "step " + step + " waits for "
                + (missing.isEmpty()
                        ? "the dual updater: every estimate is there"
                        : "the estimates of " + ids(missing) + " by " + evaluators(missing));
    }

    private static String ids(List<ConstraintDefinition> missing) {
        return missing.stream()
                .map(definition -> "'" + definition.getConstraintId() + "'")
                .collect(Collectors.joining(", "));
    }

    private static String evaluators(List<ConstraintDefinition> missing) {
        return missing.stream()
                .map(ConstraintDefinition::getEvaluator)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private boolean isAsync() {
        return spec.dual().mode() == RunSpec.Mode.ASYNC;
    }
}
