package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedWorkTest {

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    /** As the next process finds it. */
    private UnfinishedWork next() {
        return new UnfinishedWork(folder.resolve("in-hand"), Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void whatHasEndedTwoProcessesIsRefusedForAWhileThatDoubles() throws IOException {
        next().begin("a");
        next().begin("a");
        String refusal =
                assertThrows(IOException.class, () -> next().begin("a")).getMessage();
        assertTrue(refusal.startsWith("it was in hand 2 times"), refusal);
        assertTrue(refusal.endsWith("until 2026-01-02T03:05:05Z"), refusal);
        assertDoesNotThrow(() -> next().begin("b"), "the rest goes on");

        now = now.plus(Duration.ofSeconds(61));
        next().begin("a");
        now = now.plus(Duration.ofSeconds(61));
        assertThrows(IOException.class, () -> next().begin("a"), "two minutes now");
        now = now.plus(Duration.ofSeconds(61));
        assertDoesNotThrow(() -> next().begin("a"));
    }

    @Test
    void whatWasDoneIsForgotten() throws IOException {
        next().begin("a");
        next().begin("a");
        next().end("a");
        next().begin("a");
        next().begin("a");
        assertThrows(IOException.class, () -> next().begin("a"));
    }

    @Test
    void aMarkThatWasCutOffCounts() throws IOException {
        Files.createDirectories(folder.resolve("in-hand"));
        Files.writeString(folder.resolve("in-hand/a"), "");
        next().begin("a");
        assertThrows(IOException.class, () -> next().begin("a"));
    }
}
