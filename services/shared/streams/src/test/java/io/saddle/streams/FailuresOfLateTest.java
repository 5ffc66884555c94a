package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailuresOfLateTest {

    private long nanos;
    private final FailuresOfLate failures = new FailuresOfLate(() -> nanos);

    @Test
    void whatFailsAgainAndAgainIsSaidUntilItIsPast() {
        failures.add(new IllegalStateException("too large"));
        failures.add(new IllegalStateException("too large"));
        assertEquals(Optional.empty(), failures.again());
        nanos += Duration.ofSeconds(50).toNanos();
        failures.add(new IllegalStateException("still too large"));
        assertEquals(Optional.of("java.lang.IllegalStateException: still too large"), failures.again());
        nanos += Duration.ofSeconds(71).toNanos();
        assertEquals(Optional.empty(), failures.again());
    }

    /** Each try lasts until a time limit ends it: three never came within two minutes, and the dual updater looked well for days. */
    @Test
    void whatFailsSlowlyIsSaidAllTheWhile() {
        for (int i = 0; i < 5; i++) {
            failures.add(new IllegalStateException("task.timeout.ms"));
            nanos += Duration.ofSeconds(305).toNanos();
            assertEquals(i >= 2, failures.again().isPresent(), "after " + (i + 1));
        }
        nanos += Duration.ofMinutes(10).toNanos();
        assertEquals(Optional.empty(), failures.again());
    }

    @Test
    void whatFailsOnceAnHourIsTheClusters() {
        for (int i = 0; i < 5; i++) {
            failures.add(new IllegalStateException("a broker's restart"));
            assertEquals(Optional.empty(), failures.again());
            nanos += Duration.ofHours(1).toNanos();
        }
    }

    @Test
    void theInnermostCauseIsSaidTooAndNotTwice() {
        for (int i = 0; i < 3; i++) {
            failures.add(new IllegalStateException(
                    "exception caught in process", new IllegalStateException("outer", new IOException("no schema"))));
        }
        assertEquals(
                Optional.of(
                        "java.lang.IllegalStateException: exception caught in process: java.io.IOException: no schema"),
                failures.again());
        IOException full = new IOException("no room");
        failures.add(new UncheckedIOException("cannot be kept: " + full, full));
        assertEquals(
                Optional.of("java.io.UncheckedIOException: cannot be kept: java.io.IOException: no room"),
                failures.again());
    }
}
