package io.saddle.service;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices that the wall clock went back. Kafka's clients measure their timeouts by it: after a step back of two hours consumers
 * send no heartbeat and producers hold what is not a full batch, for two hours. A step ahead only lets them try again early.
 */
final class WallClockGuard {

    /** A step back by less is waited out; time servers correct that much without a word. */
    static final Duration TOLERATED = Duration.ofSeconds(5);

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    private long offsetMillis;

    WallClockGuard(Clock wall, LongSupplier monotonicNanos) {
        this.wall = wall;
        this.monotonicNanos = monotonicNanos;
        this.offsetMillis = offset();
    }

    /** The time that the wall clock went back since the last look; zero where that is no more than {@link #TOLERATED}. */
    Duration stepBack() {
        long now = offset();
        Duration back = Duration.ofMillis(offsetMillis - now);
        offsetMillis = now;
        return back.compareTo(TOLERATED) > 0 ? back : Duration.ZERO;
    }

    private long offset() {
        return wall.millis() - monotonicNanos.getAsLong() / 1_000_000;
    }
}
