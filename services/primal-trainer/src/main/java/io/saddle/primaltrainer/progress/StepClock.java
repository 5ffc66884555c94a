package io.saddle.primaltrainer.progress;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A run's steps per second, how long it has been waiting, and the parts of the time between two steps. */
public final class StepClock {

    /**
     * The time between a step and the one before, in milliseconds; NaN before a trainer's first step.
     *
     * @param betweenMillis what was done there: records, copies of the model, looking up what is wanted
     * @param waitMillis how long multipliers were waited for
     */
    public record Gap(double betweenMillis, double waitMillis) {

        /** Between two steps that are taken together. */
        public static final Gap NONE = new Gap(0, 0);
    }

    private static final double SMOOTHING = 0.05;
    private static final long LONGEST_BETWEEN_REMINDERS = Duration.ofMinutes(30).toNanos();

    private final LongSupplier nanos;
    private double millisPerStep = Double.NaN;
    private double lastStepMillis = Double.NaN;
    private long begunNanos;
    private long lastWorkNanos;
    private long lastStepNanos;
    private long waitedNanos;
    private int reminders;
    private long nextReminderNanos;

    /** @param nanos a clock like {@link System#nanoTime}: one that nobody sets */
    public StepClock(LongSupplier nanos) {
        this.nanos = nanos;
        begunNanos = nanos.getAsLong();
        lastWorkNanos = begunNanos;
        lastStepNanos = begunNanos;
    }

    /** A step begins: whatever was waited for is there. Step, between and wait add up to the time since the last call. */
    public Gap working() {
        long now = nanos.getAsLong();
        double wait = waitedNanos / 1e6;
        double between = (now - begunNanos) / 1e6 - lastStepMillis - wait;
        begunNanos = now;
        lastWorkNanos = now;
        waitedNanos = 0;
        remindAnew();
        return new Gap(between, Double.isNaN(between) ? Double.NaN : wait);
    }

    /** Multipliers were waited for, so long. */
    public void waited(long nanos) {
        waitedNanos += nanos;
    }

    /**
     * Steps ended; the pace counts the time between as well, unless it was waited for long.
     *
     * @param steps that were taken together
     * @param millis that all of them took
     */
    public void stepped(int steps, double millis) {
        long now = nanos.getAsLong();
        double between = Math.min((now - lastStepNanos) / 1e6, 10 * millis);
        lastStepMillis = millis;
        lastStepNanos = now;
        lastWorkNanos = now;
        millisPerStep = Double.isNaN(millisPerStep)
                ? millis / steps
                : millisPerStep + SMOOTHING * (between / steps - millisPerStep);
    }

    /** Whoever is waited for cannot answer yet, and not by his fault: the wait has not begun. */
    public void heldUp() {
        lastWorkNanos = nanos.getAsLong();
        remindAnew();
    }

    private void remindAnew() {
        reminders = 0;
        nextReminderNanos = 0;
    }

    public double etaSeconds(long remainingSteps) {
        return remainingSteps * millisPerStep / 1e3;
    }

    public long waitingNanos() {
        return nanos.getAsLong() - lastWorkNanos;
    }

    /**
     * The number of the reminder of this wait that is due now; 0 if none is.
     *
     * @param first nanoseconds before the first one; the next come after twice as many, four times as many, ... but no more than half an
     *     hour after the one before
     */
    public int reminderDue(long first) {
        if (waitingNanos() < Math.max(first, nextReminderNanos)) {
            return 0;
        }
        long due = Math.max(first, nextReminderNanos);
        nextReminderNanos = due + Math.min(due, LONGEST_BETWEEN_REMINDERS);
        return ++reminders;
    }
}
