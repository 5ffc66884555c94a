package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunEventTest {

    @Test
    void aStreamHasSignsOfLifeAsLongAsThereIsTheRun() {
        AtomicInteger asked = new AtomicInteger();
        List<Optional<RunEvent>> signs = RunEvent.signs(
                        "r", Duration.ofMillis(1), () -> asked.incrementAndGet() < 3, () -> Duration.ofSeconds(300))
                .select()
                .first(4)
                .collect()
                .asList()
                .await()
                .atMost(Duration.ofMinutes(1));
        Optional<RunEvent> alive = Optional.of(new RunEvent("r", "alive", "{\"unheardSeconds\":300}"));
        assertEquals(List.of(alive, alive, Optional.empty(), Optional.empty()), signs);
    }
}
