package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GroupPlaceTest {

    private long seconds = 500;
    private final GroupPlace place =
            new GroupPlace(() -> Duration.ofSeconds(seconds).toNanos());

    private void isOverdueAfter(long wait) {
        place.lost();
        seconds += wait - 1;
        assertFalse(place.isOverdue());
        seconds++;
        assertTrue(place.isOverdue());
    }

    @Test
    void eachWaitInVainIsLongerThanTheOneBefore() {
        for (long wait : new long[] {60, 120, 240, 300, 300}) {
            isOverdueAfter(wait);
            place.waitLonger();
        }
        place.given();
        isOverdueAfter(60);
    }

    @Test
    void whoHasAPlaceWaitsForNone() {
        place.given();
        seconds += 3600;
        assertTrue(place.isGiven());
        assertFalse(place.isOverdue());
        assertEquals(Duration.ofHours(1), place.age());
    }
}
