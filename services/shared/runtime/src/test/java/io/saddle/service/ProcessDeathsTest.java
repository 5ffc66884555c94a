package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessDeathsTest {

    @Test
    void theRestDoublesUpToAnHour() {
        List<Long> minutes = new ArrayList<>();
        for (int deaths = 2; deaths < 11; deaths++) {
            minutes.add(new ProcessDeaths(deaths).rest().orElseThrow().toMinutes());
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L), minutes);
        assertEquals(Optional.of(Duration.ofHours(1)), new ProcessDeaths(1_000_000).rest());
    }

    @Test
    void oneIsPutDownToChance() {
        assertEquals(Optional.empty(), ProcessDeaths.NONE.rest());
        assertEquals(Optional.empty(), ProcessDeaths.NONE.another().rest());
        assertEquals(
                Optional.of(Duration.ofMinutes(1)),
                ProcessDeaths.NONE.another().another().rest());
    }

    @Test
    void aTimeThatNoRestReachesWasWrittenByAWrongClock() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        assertTrue(ProcessDeaths.isSetAside(now.plusSeconds(1), now));
        assertTrue(
                ProcessDeaths.isSetAside(now.plus(Duration.ofMinutes(65)), now), "an hour, by a clock that is ahead");
        assertFalse(ProcessDeaths.isSetAside(now.plus(Duration.ofMinutes(66)), now));
        assertFalse(ProcessDeaths.isSetAside(now, now));
    }
}
