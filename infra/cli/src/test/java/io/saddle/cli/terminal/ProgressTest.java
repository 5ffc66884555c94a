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

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainLinesComeOnceInAWhileAndAlwaysAtTheEnd() {
        try (Progress progress = lines(100, Duration.ofMinutes(1))) {
            progress.at(0, "");
            progress.at(10, "warming up");
            progress.at(100, "done");
        }
        assertEquals(
                List.of("training: 0/100 (0 %)", "training: 100/100 (100 %), done"),
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

    /** A run that goes on from a checkpoint was first seen where it had been before: hours seemed to be left of ten minutes. */
    @Test
    void theTimeLeftIsCountedFromWhereWorkGoesOnAfterItWasLost() {
        AtomicLong seconds = new AtomicLong();
        Progress progress = new Progress.Lines(
                "training",
                1000,
                Duration.ZERO,
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                () -> Duration.ofSeconds(seconds.get()).toNanos());
        try (progress) {
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
        Matcher last = Pattern.compile("/ (\\d+):\\d\\d:\\d\\d").matcher(text());
        int hours = -1;
        while (last.find()) {
            hours = Integer.parseInt(last.group(1));
        }
        assertTrue(hours > 24, text());
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
