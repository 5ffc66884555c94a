package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SoakReportTest {

    private static final Outcome HELD = new Outcome(
            "kills", "4 kills", List.of(new Claim("no step is lost", true, "240 steps")), null, List.of(), 61.4);
    private static final Outcome BROKEN = new Outcome(
            "garbage",
            "100 records",
            List.of(new Claim("kept", false, "99 | 100"), new Claim("lives", true, "[]")),
            null,
            List.of(),
            3);
    private static final Outcome SKIPPED = new Outcome("clock", "jumps", List.of(), "no library", List.of(), 0);
    private static final Outcome WITHOUT_A_DISK = new Outcome(
            "one-of-each",
            "kills, a full disk",
            List.of(new Claim("no step is lost", true, "240 steps")),
            null,
            List.of("a full disk: needs root"),
            90);

    @Test
    void shouldShowWhatDidNotHoldAndWhatCouldNotBeTried() {
        assertEquals("""
                kills       held, 1 of 1 claims held, 61 s
                garbage     DID NOT HOLD, 1 of 2 claims held, 3 s
                clock       skipped: no library
                """, SoakReport.table(List.of(HELD, BROKEN, SKIPPED)));
    }

    /** A scenario that somebody asked for was skipped, and all was well. */
    @Test
    void shouldNotTakeForASuccessWhatWasNotTried() {
        assertTrue(SoakReport.succeeded(List.of(HELD, SKIPPED), false));
        assertFalse(SoakReport.succeeded(List.of(HELD, SKIPPED), true));
        assertFalse(SoakReport.succeeded(List.of(SKIPPED), false));
        assertFalse(SoakReport.succeeded(List.of(HELD, BROKEN), false));
        assertTrue(SoakReport.succeeded(List.of(HELD), true));
    }

    /** Without root, a report said that a disk had been full. */
    @Test
    void shouldSayWhichFaultWasNotAmongThoseThatWereMade() {
        assertEquals(
                "one-of-each  held, 1 of 1 claims held, 90 s, left out: a full disk: needs root\n",
                SoakReport.table(List.of(WITHOUT_A_DISK)));
        assertTrue(
                SoakReport.markdown(List.of(WITHOUT_A_DISK))
                        .contains("| kills, a full disk |  | left out | a full disk: needs root |\n"),
                SoakReport.markdown(List.of(WITHOUT_A_DISK)));
    }

    @Test
    void shouldWriteEveryClaimAsARow() {
        assertEquals("""
                | fault | what must hold | held | seen |
                |---|---|---|---|
                | 4 kills | no step is lost | yes | 240 steps |
                | 100 records | kept | **no** | 99 \\| 100 |
                |  | lives | yes | [] |
                | jumps |  | skipped | no library |
                """, SoakReport.markdown(List.of(HELD, BROKEN, SKIPPED)));
    }
}
