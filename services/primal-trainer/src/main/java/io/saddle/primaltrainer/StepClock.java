package io.saddle.primaltrainer;

/** How fast a run goes and how long it has been waiting. */
final class StepClock {

    private static final double SMOOTHING = 0.05;

    private double millisPerStep = Double.NaN;
    private long lastWorkNanos = System.nanoTime();
    private long lastStepNanos = System.nanoTime();
    private boolean waitWasSaid;

    /** A step begins: whatever was waited for is there. */
    void working() {
        lastWorkNanos = System.nanoTime();
        waitWasSaid = false;
    }

    /** A step ended; the pace counts the time between steps as well, unless it was waited for long. */
    void stepped(double stepMillis) {
        long now = System.nanoTime();
        double between = Math.min((now - lastStepNanos) / 1e6, 10 * stepMillis);
        lastStepNanos = now;
        lastWorkNanos = now;
        millisPerStep =
                Double.isNaN(millisPerStep) ? stepMillis : millisPerStep + SMOOTHING * (between - millisPerStep);
    }

    double etaSeconds(long remainingSteps) {
        return remainingSteps * millisPerStep / 1e3;
    }

    long waitingNanos() {
        return System.nanoTime() - lastWorkNanos;
    }

    /** Whether this wait was told of before; from now on it was. */
    boolean waitWasSaid() {
        boolean before = waitWasSaid;
        waitWasSaid = true;
        return before;
    }
}
