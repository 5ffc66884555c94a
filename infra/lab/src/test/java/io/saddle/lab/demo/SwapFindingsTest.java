package io.saddle.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.lab.report.Curve;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.TestHistories;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwapFindingsTest {

    private static final List<String> ONE_AFTER_THE_OTHER = List.of("java", "java", "node", "node");

    private static SwapFindings findings(FollowedRun history) {
        return SwapFindings.of(history, "a", "a.node", "java", "node", 4);
    }

    @Test
    void aSwapIsSeenInTheLogAndItsCurvesMeetWhereOneHandsOver() {
        SwapFindings found = findings(TestHistories.moved(ONE_AFTER_THE_OTHER, 0));

        assertTrue(found.allKept(), found.checks().toString());
        Curve multiplier = found.multiplier();
        assertEquals(List.of(1L, 2L, 3L, 4L), multiplier.steps());
        assertEquals(Arrays.asList(1.0, 2.0, null, null), multiplier.series().get("moved by java"));
        assertEquals(Arrays.asList(null, 2.0, 3.0, 4.0), multiplier.series().get("moved by node"));
    }

    @Test
    void aLogThatGoesBackToTheOldEvaluatorIsNoSwap() {
        SwapFindings found = findings(TestHistories.moved(List.of("java", "node", "java", "node"), 0));

        assertFalse(found.allKept());
    }

    @Test
    void aMultiplierThatJumpsAtTheSwapDidNotCarryOn() {
        SwapFindings found = findings(TestHistories.moved(ONE_AFTER_THE_OTHER, 0.5));

        assertEquals(
                List.of("the multiplier carries on (hand-over KEEP)"),
                found.checks().stream()
                        .filter(check -> !check.kept())
                        .map(SwapFindings.Check::promise)
                        .toList());
    }

    @Test
    void whatBothMeasuredOfOneSnapshotIsComparedInStandardErrors() {
        SwapFindings found = findings(TestHistories.moved(ONE_AFTER_THE_OTHER, 0));

        assertEquals(List.of(1L, 2L, 3L), List.copyOf(found.pairs().keySet()));
        assertEquals(0.05, found.pairs().get(2L).difference(), 1e-12);
        assertEquals(0.05 / Math.hypot(0.03, 0.04), found.pairs().get(2L).deviations(), 1e-12);
    }

    @Test
    void twoThatMeasureDifferentThingsDoNotAgree() {
        FollowedRun history = TestHistories.moved(ONE_AFTER_THE_OTHER, 0);
        TestHistories.measured(history, "a", 4, 0.10, 0.003);
        TestHistories.measured(history, "a.node", 4, 0.15, 0.004);

        SwapFindings found = findings(history);

        assertFalse(found.agree());
        assertEquals(
                "4 snapshots measured by both, at most 10.0 standard errors apart",
                found.checks().get(0).found());
    }
}
