package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.run.RunPhases;
import io.saddle.schema.RunPhase;
import java.time.Duration;
import java.util.Collection;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Looks again and again whether a run waits although a trainer has a free seat, and keeps the longest such time. */
final class SeatWatch implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Supplier<Collection<FollowedRun>> runs;
    private final IntSupplier seats;
    private final Thread thread = new Thread(this::watch, "seat-watch");
    private volatile boolean running = true;
    private volatile Duration longest = Duration.ZERO;
    private volatile int looks;

    private SeatWatch(Supplier<Collection<FollowedRun>> runs, IntSupplier seats) {
        this.runs = runs;
        this.seats = seats;
    }

    /** @param seats of the trainers that are there now */
    static SeatWatch start(Supplier<Collection<FollowedRun>> runs, IntSupplier seats) {
        SeatWatch watch = new SeatWatch(runs, seats);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** The longest time for which a run waited beside a free seat. */
    Duration longest() {
        return longest;
    }

    /** True if it still looks: what ended it would have been a defect of its own. */
    boolean isWatching() {
        return thread.isAlive();
    }

    /** How often it has looked. */
    int looks() {
        return looks;
    }

    private void watch() {
        long since = System.nanoTime();
        while (running) {
            long now = System.nanoTime();
            looks++;
            if (!waitsBesideAFreeSeat()) {
                since = now;
            }
            Duration waited = Duration.ofNanos(now - since);
            longest = waited.compareTo(longest) > 0 ? waited : longest;
            try {
                Thread.sleep(LOOK_EVERY.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean waitsBesideAFreeSeat() {
        int waiting = 0;
        int atWork = 0;
        for (FollowedRun run : runs.get()) {
            RunPhase phase = SoakStack.phase(run);
            if (phase == RunPhase.QUEUED) {
                waiting++;
            } else if (!RunPhases.isFinal(phase)) {
                atWork++;
            }
        }
        return waiting > 0 && atWork < seats.getAsInt();
    }

    @Override
    public void close() {
        running = false;
    }
}
