package io.saddle.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Progress lines(long total, Duration every) {
        return new Progress.Lines("training", total, every, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    private Progress lines(long total, Duration every, AtomicLong seconds) {
        return new Progress.Lines(
                "training",
                total,
                every,
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                () -> Duration.ofSeconds(seconds.get()).toNanos());
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainLinesComeOnceInAWhileAndAlwaysAtTheEnd() {
        try (Progress progress = lines(100, Duration.ofMinutes(1))) {
            progress.at(0, "3 networks");
            progress.at(10, "4 networks");
            progress.at(100, "5 networks");
        }
        assertEquals(
                List.of("training: 0/100 (0 %), 3 networks", "training: 100/100 (100 %), 5 networks"),
                text().lines().toList());
    }

    @Test
    void theTimeLeftIsToldWhereARateIsKnown() {
        try (Progress progress = lines(1000, Duration.ZERO)) {
            progress.at(0, "");
            progress.at(10, "");
        }
        assertTrue(text().lines().toList().get(1).matches("training: 10/1000 \\(1 %\\), about .* left"), text());
    }

    /** After its first step, for which it had got ready for two seconds, forty minutes seemed to be left of three. */
    @Test
    void aFirstStepSaysNothingOfTheTimeLeft() {
        AtomicLong seconds = new AtomicLong();
        try (Progress progress = lines(1200, Duration.ZERO, seconds)) {
            progress.at(0, "starting");
            seconds.set(2);
            progress.at(1, "training");
            seconds.set(6);
            progress.at(31, "training");
        }
        assertEquals(
                List.of(
                        "training: 0/1200 (0 %), starting",
                        "training: 1/1200 (0 %), training", "training: 31/1200 (2 %), about 3 min left, training"),
                text().lines().toList());
    }

    @Test
    void slowWorkTellsItsTimeLeftAfterHalfAMinute() {
        AtomicLong seconds = new AtomicLong();
        try (Progress progress = lines(1200, Duration.ZERO, seconds)) {
            progress.at(0, "training");
            seconds.set(30);
            progress.at(1, "training");
        }
        assertTrue(text().contains("training: 1/1200 (0 %), about 9 h 59 min left, training"), text());
    }

    /** A run was paused soon after a line, and rested for days without a word. */
    @Test
    void thatSomethingElseGoesOnIsSaidAtOnceAndOnce() {
        AtomicLong seconds = new AtomicLong();
        try (Progress progress = lines(1000, Duration.ofSeconds(5), seconds)) {
            progress.at(0, "TRAINING");
            seconds.set(10);
            progress.at(100, "TRAINING");
            seconds.set(11);
            progress.at(110, "PAUSED: goes on from here");
            assertTrue(text().strip().endsWith("PAUSED: goes on from here"), text());
            for (int i = 0; i < 100; i++) {
                seconds.addAndGet(15);
                progress.at(110, "PAUSED: goes on from here");
            }
            progress.at(110, "TRAINING");
            seconds.addAndGet(10);
            progress.at(210, "TRAINING");
        }
        assertEquals(
                List.of(
                        "training: 0/1000 (0 %), TRAINING",
                        "training: 100/1000 (10 %), about 90 s left, TRAINING",
                        "training: 110/1000 (11 %), about 89 s left, PAUSED: goes on from here",
                        "training: 110/1000 (11 %), TRAINING",
                        "training: 210/1000 (21 %), about 79 s left, TRAINING"),
                text().lines().toList());
    }

    /** In LOCKSTEP a run waits again and again, and that belongs to its pace. */
    @Test
    void aShortWaitIsNoRest() {
        AtomicLong seconds = new AtomicLong();
        try (Progress progress = lines(1000, Duration.ofSeconds(5), seconds)) {
            for (int done = 0; done <= 100; done += 50) {
                progress.at(done, "TRAINING");
                seconds.addAndGet(5);
                progress.at(done + 50L, "WAITING_FOR_MULTIPLIERS");
                seconds.addAndGet(5);
            }
        }
        assertTrue(text().contains("training: 100/1000 (10 %), about 3 min left, TRAINING"), text());
    }

    /** A run that goes on from a checkpoint was first seen where it had been before: hours seemed to be left of ten minutes. */
    @Test
    void theTimeLeftIsCountedFromWhereWorkGoesOnAfterItWasLost() {
        AtomicLong seconds = new AtomicLong();
        try (Progress progress = lines(1000, Duration.ZERO, seconds)) {
            progress.at(500, "");
            seconds.set(1000);
            progress.at(400, "");
            seconds.set(1100);
            progress.at(501, "");
        }
        assertEquals(
                List.of(
                        "training: 500/1000 (50 %)",
                        "training: 400/1000 (40 %)", "training: 501/1000 (50 %), about 8 min left"),
                text().lines().toList());
    }

    /** Half was done before: the other half seemed to take as little as the first ten. */
    @Test
    void theTimeLeftOnATerminalIsThatOfWhatWasSeen() {
        Progress progress =
                new Progress.Bar("r", 1_000_000_000, 80, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try (progress) {
            progress.at(500_000_000, "");
            Awaitility.await().until(() -> text().contains("50%"));
            progress.at(500_000_010, "");
        }
        assertTrue(lastHoursLeft() > 24, text());
    }

    @Test
    void theTimeLeftOnATerminalIsCountedFromWhereSomethingElseGoesOn() {
        AtomicLong seconds = new AtomicLong();
        Progress progress = new Progress.Bar(
                "r",
                1_000_000_000,
                80,
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                () -> Duration.ofSeconds(seconds.get()).toNanos());
        try (progress) {
            progress.at(0, "a");
            progress.at(500_000_000, "a");
            seconds.set(61);
            progress.at(500_000_000, "b");
            progress.at(500_000_010, "b");
            Awaitility.await().until(() -> lastHoursLeft() > 1);
        }
    }

    private int lastHoursLeft() {
        Matcher last = Pattern.compile("/ (\\d+):\\d\\d:\\d\\d").matcher(text());
        int hours = -1;
        while (last.find()) {
            hours = Integer.parseInt(last.group(1));
        }
        return hours;
    }

    /** It would begin a line of its own each time it is drawn. */
    @Test
    void aBarFitsTheTerminal() {
        try (Progress progress =
                new Progress.Bar("training", 1000, 40, new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            progress.at(10, "a message that goes on and on, and says more than there is room for");
        }
        String[] drawn = text().strip().split("\r");
        assertTrue(drawn[drawn.length - 1].startsWith("training"), text());
        for (String line : drawn) {
            assertTrue(line.length() < 40, line);
        }
    }

    /** JLine takes SIGINT over with the terminal: Ctrl-C would end the JVM without its shutdown hooks. */
    @Test
    void aBarOpensNoTerminal() throws Exception {
        try (Progress progress =
                new Progress.Bar("training", 1000, 80, new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            progress.at(10, "");
            Awaitility.await().until(() -> text().contains("1%"));
            Field terminal =
                    Class.forName("me.tongfei.progressbar.TerminalUtils").getDeclaredField("terminal");
            terminal.setAccessible(true);
            assertNull(terminal.get(null));
        }
    }

    @Test
    void plainLinesHaveNoCarriageReturnsOrColours() {
        try (Progress progress = lines(0, Duration.ZERO)) {
            progress.at(5, "x");
        }
        assertFalse(text().contains("\r"));
        assertFalse(text().contains("\u001b"));
        assertEquals("training: 5, x", text().strip());
    }
}
