package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private final Patience patience = new Patience();

    private Duration of(String who, String... constraints) {
        return patience.of(who, constraints.length == 0);
    }

    /** Each replacement of a single evaluator raised an alert for every run. */
    @Test
    void whoWasThereMayBeStartedAgainAndWhoNeverWasIsMissedAtOnce() {
        patience.saw(List.of("denoising-loss"));
        patience.saw(List.of());
        assertEquals(Duration.ofSeconds(30), of("denoising-loss", "four"));
        assertEquals(Duration.ZERO, of("denoising-los", "four"));
        assertEquals(Duration.ofSeconds(30), of("primal-trainer"));
    }
}
