package io.saddle.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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
