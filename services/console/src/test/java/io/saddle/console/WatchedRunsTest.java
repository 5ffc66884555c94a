package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WatchedRunsTest {

    private final WatchedRuns runs = new WatchedRuns();

    @Test
    void aRunIsWatchedUntilTheLastOfItsWatchersHasLeft() {
        runs.begin("r");
        runs.begin("r");
        runs.end("r");
        assertTrue(runs.contains("r"));
        assertFalse(runs.contains("other"));

        runs.end("r");
        assertFalse(runs.contains("r"));
    }

    @Test
    void whoeverLeavesTwiceTakesNobodyElseAlong() {
        runs.begin("r");
        runs.end("r");
        runs.end("r");
        runs.begin("r");
        assertTrue(runs.contains("r"));
    }
}
