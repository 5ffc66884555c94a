package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
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
    void aMarkOfAClockThatWasWrongIsNotWaitedFor() throws IOException {
        now = now.plus(Duration.ofDays(400));
        next().begin("a");
        next().begin("a");
        now = now.minus(Duration.ofDays(400));
        assertDoesNotThrow(() -> next().begin("a"));
    }

    /** A process may be killed in the middle of the writing. */
    @Test
    void aMarkIsReplacedNotWrittenOver() throws IOException {
        next().begin("a");
        Path before = Files.createLink(folder.resolve("before"), folder.resolve("in-hand/a"));
        next().begin("a");
        assertEquals("1", Files.readString(before));
        assertEquals("2", Files.readString(folder.resolve("in-hand/a")));
        try (Stream<Path> left = Files.list(folder.resolve("in-hand"))) {
            assertEquals(List.of(folder.resolve("in-hand/a")), left.toList());
        }
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

    /** Three restarts in a row, such as of an update, would have set aside what took long. */
    @Test
    void whatAnOrderlyEndLeavesUndoneDoesNotCount() throws IOException {
        for (int restart = 0; restart < 3; restart++) {
            UnfinishedWork process = next();
            process.begin("a");
            process.endAll();
        }
        assertDoesNotThrow(() -> next().begin("a"));
    }

    @Test
    void afterAnOrderlyEndNothingIsMarkedAnyMore() throws IOException {
        UnfinishedWork process = next();
        process.begin("a");
        process.endAll();
        process.begin("b");
        try (Stream<Path> left = Files.list(folder.resolve("in-hand"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** Its reason, by which alerts are equal, does not say a time. */
    @Test
    void aRefusalHasTheSameReasonEachTime() throws IOException {
        next().begin("a");
        next().begin("a");
        RefusedException refusal = assertThrows(RefusedException.class, () -> next().begin("a"));
        assertEquals(
                "it was in hand 2 times when this service ended without a word (killed for want of memory?)",
                refusal.reason());
        assertEquals(refusal.reason() + "; it is set aside until 2026-01-02T03:05:05Z", refusal.getMessage());
    }

    @Test
    void aMarkThatWasCutOffCounts() throws IOException {
        Files.createDirectories(folder.resolve("in-hand"));
        Files.writeString(folder.resolve("in-hand/a"), "");
        next().begin("a");
        assertThrows(IOException.class, () -> next().begin("a"));
    }

    /** Every run stood still for a full disk that held nothing but these marks. */
    @Test
    void whereNoMarkCanBeWrittenTheWorkGoesOnWithout() throws IOException {
        Files.writeString(folder.resolve("in-hand"), "a file where the folder should be");
        UnfinishedWork process = next();
        assertDoesNotThrow(() -> process.begin("a"));
        assertDoesNotThrow(() -> process.end("a"));
        assertDoesNotThrow(() -> process.endAll());
    }
}
