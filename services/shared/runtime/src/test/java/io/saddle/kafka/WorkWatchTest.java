package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkWatchTest {

    private long now = 1;
    private final WorkWatch watch = new WorkWatch(Duration.ofHours(1), () -> now);

    private void after(Duration time) {
        now += time.toNanos();
    }

    @Test
    void theAgeIsThatOfTheWorkInHand() {
        assertEquals(0, watch.ageSeconds());
        watch.begin("snapshots-0@7");
        after(Duration.ofSeconds(90));
        assertEquals(90, watch.ageSeconds());
        watch.done();
        assertEquals(0, watch.ageSeconds());
    }

    @Test
    void whatIsInHandForTooLongMayBeStuck() {
        watch.begin("snapshots-0@7");
        after(Duration.ofMinutes(59));
        assertEquals(Optional.empty(), watch.obstacle());
        after(Duration.ofMinutes(2));
        assertTrue(watch.obstacle().orElseThrow().startsWith("snapshots-0@7 has been in hand for 3660 s"));
        watch.done();
        assertEquals(Optional.empty(), watch.obstacle());
    }

    @Test
    void whatFailsForAMinuteIsSaid() {
        watch.begin("snapshots-0@7");
        watch.failed(new IOException("No space left on device"));
        assertEquals(Optional.empty(), watch.obstacle());
        after(Duration.ofSeconds(61));
        assertEquals(
                "snapshots-0@7 has failed for 61 s and is tried again: java.io.IOException: No space left on device",
                watch.obstacle().orElseThrow());
    }

    /** Its own tries count: neither the time before the first failure nor the failure of a record before it. */
    @Test
    void onlyTheTimeSinceTheFirstFailureIsSaid() {
        watch.begin("snapshots-0@6");
        watch.failed(new IOException("no such model"));
        watch.givenUp();
        watch.begin("snapshots-0@7");
        after(Duration.ofMinutes(2));
        assertEquals(Optional.empty(), watch.obstacle());
        watch.failed(new IOException("No space left on device"));
        assertEquals(Optional.empty(), watch.obstacle());
        after(Duration.ofSeconds(61));
        watch.failed(new IOException("No space left on device"));
        assertTrue(watch.obstacle().orElseThrow().startsWith("snapshots-0@7 has failed for 61 s"));
        watch.done();
        watch.begin("snapshots-0@8");
        watch.failed(new IOException("No space left on device"));
        assertEquals(Optional.empty(), watch.obstacle());
    }

    @Test
    void oneRecordThatWasGivenUpIsItsOwnFaultAndThreeInARowAreNot() {
        for (int record = 1; record <= 3; record++) {
            assertEquals(Optional.empty(), watch.obstacle());
            watch.begin("snapshots-0@" + record);
            watch.failed(new IOException("no such model"));
            watch.givenUp();
        }
        assertTrue(watch.obstacle().orElseThrow().startsWith("the last 3 records were given up"));
        watch.begin("snapshots-0@4");
        watch.done();
        assertEquals(Optional.empty(), watch.obstacle());
    }
}
