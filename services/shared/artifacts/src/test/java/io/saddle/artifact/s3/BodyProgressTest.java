package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyProgressTest {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    private long seconds = 1000;
    private final BodyProgress progress =
            new BodyProgress(() -> Duration.ofSeconds(seconds).toNanos());
    private final InputStream body = progress.of(new ByteArrayInputStream(new byte[] {1, 2, 3, 4}));

    @Test
    void aBodyOfWhichALittleGoesOutNowAndThenDoesNotStand() throws IOException {
        for (int i = 0; i < 3; i++) {
            seconds += 29;
            assertFalse(progress.standsFor(SILENCE));
            body.read();
        }
        seconds += 30;
        assertTrue(progress.standsFor(SILENCE));
    }

    @Test
    void aBodyThatIsOutLeavesTheWaitingToTheAnswersLimits() throws IOException {
        assertArrayEquals(new byte[] {1, 2, 3, 4}, body.readAllBytes());
        seconds += 3600;
        assertFalse(progress.standsFor(SILENCE));
    }

    @Test
    void aBodyThatBeginsAgainIsWatchedAgain() throws IOException {
        body.readAllBytes();
        progress.of(new ByteArrayInputStream(new byte[] {1}));
        seconds += 30;
        assertTrue(progress.standsFor(SILENCE));
    }
}
