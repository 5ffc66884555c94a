package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.run.RunPhases;
import io.saddle.schema.RunPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Looks again and again whether a run waits although a trainer has a free seat, and keeps the longest such time. */
final class SeatWatch implements AutoCloseable {

    /** A group's session, after which its seat is another's, and as much again. */
    private static final Duration SILENT = Duration.ofSeconds(12);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Supplier<Collection<FollowedRun>> runs;
    private final IntSupplier seats;
    private final Thread thread = new Thread(this::watch, "seat-watch");
    private volatile boolean running = true;
    private volatile Duration longest = Duration.ZERO;

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

    private void watch() {
        long since = System.nanoTime();
        while (running) {
            long now = System.nanoTime();
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
            if (phase == RunPhase.QUEUED || isOrphaned(run)) {
                waiting++;
            } else if (!RunPhases.isFinal(phase)) {
                atWork++;
            }
        }
        return waiting > 0 && atWork < seats.getAsInt();
    }

    /** Who trains says so every second; whom a killed trainer leaves stays TRAINING until another one has it. */
    private static boolean isOrphaned(FollowedRun run) {
        return run.status()
                .filter(status -> status.getPhase() == RunPhase.TRAINING)
                .filter(status -> status.getUpdatedAt().isBefore(Instant.now().minus(SILENT)))
                .isPresent();
    }

    @Override
    public void close() {
        running = false;
    }
}
