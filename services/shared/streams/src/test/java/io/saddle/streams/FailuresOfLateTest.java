package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        nanos += Duration.ofSeconds(90).toNanos();
        failures.add(new IllegalStateException("still too large"));
        assertEquals(Optional.of("java.lang.IllegalStateException: still too large"), failures.again());
        nanos += Duration.ofSeconds(31).toNanos();
        assertEquals(Optional.empty(), failures.again());
    }
}
