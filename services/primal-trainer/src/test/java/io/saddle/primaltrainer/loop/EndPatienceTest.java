package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndPatienceTest {

    private RunControl.Wish wish = RunControl.Wish.GO_ON;
    private long now = 1;
    private final EndPatience patience = new EndPatience(() -> wish, () -> now);

    @Test
    void aRunThatIsToGoOnWaitsWithoutEnd() {
        assertTrue(patience.getAsBoolean());
        now += Duration.ofDays(3).toNanos();
        assertTrue(patience.getAsBoolean());
    }

    @ParameterizedTest
    @EnumSource(
            value = RunControl.Wish.class,
            names = {"PAUSE", "STOP"})
    void oneThatIsToEndWaitsForHalfAMinute(RunControl.Wish end) {
        now += Duration.ofDays(3).toNanos();
        wish = end;
        assertTrue(patience.getAsBoolean());
        now += Duration.ofSeconds(29).toNanos();
        assertTrue(patience.getAsBoolean());
        now += Duration.ofSeconds(2).toNanos();
        assertFalse(patience.getAsBoolean());
    }

    @Test
    void oneThatIsHandedOverDoesNotWait() {
        wish = RunControl.Wish.HAND_OVER;
        assertFalse(patience.getAsBoolean());
    }
}
