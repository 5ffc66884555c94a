package io.saddle.primaltrainer.progress;

import java.util.function.LongSupplier;

/** How fast a run goes, how long it has been waiting, and where the time between two steps goes. */
public final class StepClock {

    /**
     * The time between a step and the one before, in milliseconds; NaN before a trainer's first step.
     *
     * @param betweenMillis what was done there: records, copies of the model, looking up what is wanted
     * @param waitMillis how long multipliers were waited for
     */
    public record Gap(double betweenMillis, double waitMillis) {}

    private static final double SMOOTHING = 0.05;

    private final LongSupplier nanos;
    private double millisPerStep = Double.NaN;
    private double lastStepMillis = Double.NaN;
    private long begunNanos;
    private long lastWorkNanos;
    private long lastStepNanos;
    private long waitedNanos;
    private int words;

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
        words = 0;
        return new Gap(between, Double.isNaN(between) ? Double.NaN : wait);
    }

    /** Multipliers were waited for, so long. */
    public void waited(long nanos) {
        waitedNanos += nanos;
    }

    /** A step ended; the pace counts the time between steps as well, unless it was waited for long. */
    public void stepped(double stepMillis) {
        long now = nanos.getAsLong();
        double between = Math.min((now - lastStepNanos) / 1e6, 10 * stepMillis);
        lastStepMillis = stepMillis;
        lastStepNanos = now;
        lastWorkNanos = now;
        millisPerStep =
                Double.isNaN(millisPerStep) ? stepMillis : millisPerStep + SMOOTHING * (between - millisPerStep);
    }

    public double etaSeconds(long remainingSteps) {
        return remainingSteps * millisPerStep / 1e3;
    }

    public long waitingNanos() {
        return nanos.getAsLong() - lastWorkNanos;
    }

    /**
     * Whether this wait is to be told of now.
     *
     * @param first after so many nanoseconds for the first time, then after twice as many, four times as many, ...
     * @return how often it was told of with this time; 0 if it is not due
     */
    public int waitingWords(long first) {
        if (waitingNanos() <= first << words) {
            return 0;
        }
        return ++words;
    }
}
