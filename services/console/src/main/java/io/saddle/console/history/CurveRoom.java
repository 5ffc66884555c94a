package io.saddle.console.history;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;

/**
 * The room that the curves of all runs have together: once it is full, every series keeps half as many points as before, down to
 * {@value #LEAST}. So the number of runs costs detail, not the console. Thread-safe.
 */
final class CurveRoom {

    static final int MOST = 1000;
    static final int LEAST = 60;

    private final long bytes;
    private final Queue<IntConsumer> curves = new ConcurrentLinkedQueue<>();
    private long taken;
    private boolean limiting;
    private volatile int points = MOST;

    /** @param bytes that the series may take; once each has {@value #LEAST} points, they take more */
    CurveRoom(long bytes) {
        this.bytes = bytes;
    }

    /** Points of a series at most. */
    int points() {
        return points;
    }

    /** @param limited told the number of points when it falls, to give back what is above it and to call {@link #took} */
    void add(IntConsumer limited) {
        curves.add(limited);
    }

    /** Of whoever was added before and keeps nothing any more; what it took it has given back. */
    void remove(IntConsumer limited) {
        curves.remove(limited);
    }

    /**
     * Takes note of room that was taken, or given back. Whoever calls holds no lock of curves: theirs are taken in turn.
     *
     * @param more bytes; below 0 where they were given back
     */
    void took(long more) {
        if (isFullWith(more)) {
            curves.forEach(each -> each.accept(points));
            limited();
        }
    }

    private synchronized boolean isFullWith(long more) {
        taken += more;
        boolean full = taken > bytes && points > LEAST && !limiting;
        if (full) {
            limiting = true;
            // Even, as a series wants it.
            points = Math.max(LEAST, points / 4 * 2);
        }
        return full;
    }

    private synchronized void limited() {
        limiting = false;
    }
}
