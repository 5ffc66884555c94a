package io.saddle.primaltrainer.loop;

import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Tells of a wait for multipliers: in the status after 5 s, by an alert after 60 s, naming the constraints that hold it up, and by another
 * one where others, or the dual updater, have held it up for as long.
 */
final class MultiplierWait {

    private static final long SHOWN_AFTER_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long ALERT_AFTER_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long HEARD_WITHIN_NANOS = Duration.ofSeconds(10).toNanos();

    private final RunSpec spec;
    private final RunConstraints constraints;
    private final RunInputs inputs;
    private final RunOutput output;
    private final StepClock clock;
    private final LongSupplier nanos;
    private CompletableFuture<Void> said = CompletableFuture.completedFuture(null);
    private long saidNanos;
    /** The constraints whose estimates are missing; none: the dual updater is waited for. */
    private Set<String> missingNow = Set.of();

    private long missingNowSince;
    /** Those that the last alert of this wait named; null before the first. */
    private Set<String> alerted;

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
    }

    /**
     * Says what is waited for: in the status, and after a minute in an alert.
     *
     * @return whether the snapshot should be announced again: after one minute, two, four, ... of a wait
     */
    boolean tell(long step, long dualStep) throws InterruptedException {
        if (!said.isDone() && nanos.getAsLong() - saidNanos > HEARD_WITHIN_NANOS) {
            // Kafka does not answer: nobody is to blame, and nobody would hear it.
            clock.heldUp();
        }
        if (clock.waitingNanos() <= SHOWN_AFTER_NANOS) {
            alerted = null;
            return false;
        }
        List<ConstraintDefinition> missing = missing(step);
        note(missing);
        String message = message(step, missing);
        CompletableFuture<Void> now = output.status(RunPhase.WAITING_FOR_MULTIPLIERS, step, dualStep, message, null);
        if (said.isDone()) {
            said = now;
            saidNanos = nanos.getAsLong();
        }
        int due = clock.reminderDue(ALERT_AFTER_NANOS);
        if (due == 1 || alerted != null && isAnotherFor(ALERT_AFTER_NANOS)) {
            alert(step, missing, message);
            alerted = missingNow;
        }
        return due > 0;
    }

    private void note(List<ConstraintDefinition> missing) {
        Set<String> ids =
                missing.stream().map(ConstraintDefinition::getConstraintId).collect(Collectors.toSet());
        if (!ids.equals(missingNow)) {
            missingNow = ids;
            missingNowSince = nanos.getAsLong();
        }
    }

    /** Whether something else is waited for than the last alert said, for so long already: what comes next may take its moment. */
    private boolean isAnotherFor(long atLeast) {
        return !missingNow.equals(alerted) && nanos.getAsLong() - missingNowSince >= atLeast;
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

    private String message(long step, List<ConstraintDefinition> missing) {
        String why = "";
        if (isAsync()) {
            long stale = inputs.multipliers().newest().staleSteps(step, constraints.activeSince());
            why = "the multipliers are " + stale + " steps old, dual.maxStaleSteps allows "
                    + spec.dual().maxStaleSteps() + "; ";
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
