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
        assertFalse(progress.isSilent(65 * SECOND));
        assertTrue(progress.isSilent(66 * SECOND), "to give something is not to get it");
        progress.done(0, 5 * SECOND, 70 * SECOND);
        assertFalse(progress.isSilent(90 * SECOND));
        assertEquals(List.of(2), progress.late(80 * SECOND), "what comes begins it anew");
    }

    @Test
    void theRoundBeforeSaysHowLongASlotTakesAndWhereNothingDoesItIsHalfAMinute() {
        assertEquals(List.of(0, 1), new RoundProgress(2, 3 * SECOND, 0).late(6 * SECOND));
        assertEquals(List.of(0, 1), new RoundProgress(2, SECOND / 100, 0).late(2 * SECOND));
        assertEquals(List.of(), new RoundProgress(2, SECOND / 100, 0).late(2 * SECOND - 1));
        assertEquals(List.of(), new RoundProgress(2, 0, 0).late(29 * SECOND));
        assertEquals(List.of(0, 1), new RoundProgress(2, 0, 0).late(30 * SECOND));
        assertEquals(
                List.of(0, 1), new RoundProgress(2, Long.MAX_VALUE, 0).late(7200 * SECOND), "whatever a record says");
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

    @Test
    void nobodyIsWaitedForLongerThanEightTimesWhatIsPatience() {
        RoundProgress progress = new RoundProgress(1, SECOND, 0);
        long now = 0;
        for (int lapse = 0; lapse < 9; lapse++) {
            now += 16 * SECOND;
            assertEquals(List.of(0), progress.late(now));
        }
    }

    /** The next round is not to wait for as long as one slot once took. */
    @Test
    void whatTheSlowestOfARoundTookIsOfThatRoundAlone() {
        RoundProgress progress = new RoundProgress(2, 100 * SECOND, 0);
        progress.done(0, 5 * SECOND, 5 * SECOND);
        assertEquals(5 * SECOND, progress.slowestHere());
        progress.done(1, Long.MAX_VALUE, 6 * SECOND);
        assertEquals(3600 * SECOND, progress.slowestHere(), "whatever a record says");
    }
}
