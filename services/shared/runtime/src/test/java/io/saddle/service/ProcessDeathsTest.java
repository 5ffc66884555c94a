package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
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
}
