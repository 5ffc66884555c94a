package io.saddle.primaltrainer.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundProgressTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void nothingIsLateWhileSlotsGoOnComing() {
        RoundProgress progress = new RoundProgress(4, 0, 0);
        for (int slot = 0; slot < 3; slot++) {
            progress.done(slot, 5 * SECOND, (slot + 1) * 9 * SECOND);
            assertEquals(List.of(), progress.late((slot + 1) * 9 * SECOND + 8 * SECOND));
        }
        assertEquals(List.of(3), progress.missing());
    }

    @Test
    void whatIsMissingAfterTwiceTheTimeOfTheSlowestIsGivenOnceMoreAndThenEverMoreSeldom() {
        RoundProgress progress = new RoundProgress(3, 0, 0);
        progress.done(1, 5 * SECOND, 5 * SECOND);
        assertEquals(List.of(), progress.late(14 * SECOND));
        assertEquals(List.of(0, 2), progress.late(15 * SECOND));
        assertEquals(1, progress.attempt(0));
        assertEquals(0, progress.attempt(1));
        assertEquals(List.of(), progress.late(34 * SECOND));
        assertEquals(List.of(0, 2), progress.late(35 * SECOND));
        assertEquals(2, progress.attempt(2));
        assertEquals(30 * SECOND, progress.idle(35 * SECOND), "to give something is not to get it");
    }

    @Test
    void theRoundBeforeSaysHowLongASlotTakesAndWhereNothingDoesItIsHalfAMinute() {
        assertEquals(List.of(0, 1), new RoundProgress(2, 3 * SECOND, 0).late(6 * SECOND));
        assertEquals(List.of(0, 1), new RoundProgress(2, SECOND / 100, 0).late(2 * SECOND));
        assertEquals(List.of(), new RoundProgress(2, SECOND / 100, 0).late(2 * SECOND - 1));
        assertEquals(List.of(), new RoundProgress(2, 0, 0).late(29 * SECOND));
        assertEquals(List.of(0, 1), new RoundProgress(2, 0, 0).late(30 * SECOND));
    }

    @Test
    void aSlotThatFailedIsMissingAgainAndGoesToTheNextTrainer() {
        RoundProgress progress = new RoundProgress(2, 0, 0);
        progress.done(0, SECOND, SECOND);
        assertFalse(progress.isMissing(0));
        assertEquals(1, progress.failed(0));
        assertTrue(progress.isMissing(0));
        assertEquals(1, progress.attempt(0));
        assertEquals(2, progress.failed(0));
        assertFalse(progress.isMissing(2), "there is no such slot");
        assertFalse(progress.isMissing(-1), "there is no such slot");
    }
}
