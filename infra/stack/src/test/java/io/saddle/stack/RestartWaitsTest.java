package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartWaitsTest {

    private final RestartWaits waits = new RestartWaits();
    private long second;

    /** Finds it dead, waits, and starts it. */
    private long waited() {
        long begin = second;
        while (!waits.isDue("trainer", Instant.ofEpochSecond(second))) {
            second++;
        }
        waits.started("trainer", Instant.ofEpochSecond(second));
        return second - begin;
    }

    @Test
    void whatEndsAgainAndAgainIsStartedEverMoreSeldom() {
        List<Long> waited = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            waited.add(waited());
            second += 10;
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L), waited);
    }

    @Test
    void whatHasLivedForAWhileIsStartedSoonAgain() {
        waited();
        second += 5;
        assertEquals(2, waited());
        second += 120;
        assertEquals(1, waited());
    }

    @Test
    void eachHasWaitsOfItsOwn() {
        waited();
        second += 1;
        assertFalse(waits.isDue("trainer", Instant.ofEpochSecond(second + 1)));
        assertFalse(waits.isDue("console", Instant.ofEpochSecond(second)));
        assertTrue(waits.isDue("console", Instant.ofEpochSecond(second + 1)));
    }

    @Test
    void whatSomebodyElseHasStartedWaitsAnewWhenItEndsAgain() {
        waits.isDue("trainer", Instant.ofEpochSecond(second));
        waits.forget("trainer");
        second += 1000;
        assertEquals(1, waited());
    }

    /** Services end by themselves when the clock goes back, to be started again. */
    @Test
    void aClockThatWentBackProlongsNoWait() {
        waits.isDue("trainer", Instant.ofEpochSecond(10_000));
        assertTrue(waits.isDue("trainer", Instant.ofEpochSecond(6_400)));
    }
}
