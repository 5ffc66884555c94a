package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WallClockGuardTest {

    private final AtomicLong nanos = new AtomicLong(17);
    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final InstantSource wall = () -> Instant.ofEpochMilli(millis.get());
    private final WallClockGuard guard = new WallClockGuard(wall.withZone(ZoneOffset.UTC), nanos::get);

    private Duration after(long wallMillis, long realMillis) {
        millis.addAndGet(wallMillis);
        nanos.addAndGet(realMillis * 1_000_000);
        return guard.stepBack();
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "3601000, 1000", "-3999, 1000", "900, 1000"})
    void timeThatPassesAStepAheadAndASmallCorrectionAreNothing(long wallMillis, long realMillis) {
        assertEquals(Duration.ZERO, after(wallMillis, realMillis));
    }

    @Test
    void aStepBackIsMeasuredOnceAndAgainstTheClockAsItIsThen() {
        assertEquals(Duration.ZERO, after(3_601_000, 1000));
        assertEquals(Duration.ofHours(2), after(-7_199_000, 1000));
        assertEquals(Duration.ZERO, after(1000, 1000));
    }

    @Test
    void correctionsThatAreSmallEachDoNotAddUp() {
        for (int i = 0; i < 100; i++) {
            assertEquals(Duration.ZERO, after(-2000, 1000));
        }
    }
}
