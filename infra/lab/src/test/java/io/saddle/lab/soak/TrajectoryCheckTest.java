package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.stack.testing.RecordBuilders;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrajectoryCheckTest {

    private final EstimatePlan plan = new EstimatePlan(List.of("r", "s"), 2);
    private final TrajectoryCheck check = new TrajectoryCheck(plan, EstimateLoad.spec(plan, "r"));

    /** max(0, before + 0.1 (loss - 0.25)), the losses 0.26 and, of every other snapshot, 0.24. */
    private static final double MOVED = 0.1 * (0.26 - 0.25);

    private static ConstraintMultiplier row(String id, double before, double after, Double loss) {
        return RecordBuilders.multiplier(id, before, after)
                .setLoss(loss)
                .setThreshold(0.25)
                .build();
    }

    private static MultiplierUpdate update(long dualStep, long step, ConstraintMultiplier... rows) {
        return RecordBuilders.update("r", dualStep, step, rows).build();
    }

    private static final MultiplierUpdate FIRST = update(1, 1, row("c0", 0, MOVED, 0.26), row("c1", 0, 0, null));
    private static final MultiplierUpdate SECOND =
            update(2, 1, row("c0", MOVED, MOVED, null), row("c1", 0, MOVED, 0.26));
    private static final MultiplierUpdate THIRD =
            update(3, 2, row("c0", MOVED, 0, 0.24), row("c1", MOVED, MOVED, null));

    @Test
    void thePlansEstimatesGoRoundRunsAndConstraintsWithASnapshotForEachRound() {
        List<String> said = List.of(0L, 1L, 2L, 3L, 4L).stream()
                .map(plan::estimate)
                .map(e -> e.getRunId() + e.getConstraintId() + e.getStep())
                .toList();
        assertEquals(List.of("rc01", "sc01", "rc11", "sc11", "rc02"), said);
        assertEquals(3, plan.count("r", 5));
        assertEquals(2, plan.count("s", 5));
        LossEstimate fifth = plan.estimate(4);
        assertEquals(plan.stepOf(3), fifth.getStep());
        assertEquals(0, plan.constraintOf(3));
    }

    @Test
    void updatesThatFollowEachOtherAreInOrder() {
        List.of(FIRST, SECOND, THIRD).forEach(check::accept);
        assertEquals(List.of(), check.problems());
        assertEquals(3, check.dualStep());
    }

    @Test
    void aDualStepThatComesTwiceIsFound() {
        List.of(FIRST, SECOND, SECOND).forEach(check::accept);
        assertTrue(
                check.problems().get(0).contains("dual step 3 was to come"),
                check.problems().toString());
    }

    @Test
    void aDualStepThatIsMissingIsFound() {
        List.of(FIRST, THIRD).forEach(check::accept);
        assertTrue(
                check.problems().get(0).contains("dual step 2 was to come"),
                check.problems().toString());
    }

    @Test
    void anEstimateThatMovedTheWrongMultiplierOrFromTheWrongValueIsFound() {
        check.accept(update(1, 1, row("c0", 0, 0, null), row("c1", 0.125, MOVED, 0.26)));
        assertEquals(
                List.of(
                        "run r, dual step 1: c0 did not move",
                        "run r, dual step 1: c1 moved",
                        "run r, dual step 1: c1 begins at 0.125, not at 0.0"),
                check.problems());
    }

    /** An updater that answered every estimate and moved nothing, or everything twice, had passed. */
    @Test
    void anEstimateThatDidNotMoveItsMultiplierByItsStepIsFound() {
        check.accept(update(1, 1, row("c0", 0, 0, 0.26), row("c1", 0, 0, null)));
        assertEquals(List.of("run r, dual step 1: c0 ends at 0.0, not at " + MOVED), check.problems());
        check.accept(update(2, 1, row("c0", 0, 0, null), row("c1", 0, 2 * MOVED, 0.26)));
        assertEquals(
                "run r, dual step 2: c1 ends at " + 2 * MOVED + ", not at " + MOVED,
                check.problems().get(1));
        check.accept(update(3, 2));
        assertEquals(
                "run r, dual step 3: has rows of 0 constraints",
                check.problems().get(2));
    }

    @Test
    void aResultWithFewerUpdatesThanEstimatesIsNotExact() {
        assertTrue(new LoadResult(10, 1, 10, 2, 1, 2, 1, 2, List.of()).isExact());
        assertFalse(new LoadResult(10, 1, 9, 2, 1, 2, 1, 2, List.of()).isExact());
        assertEquals(5.5, new LoadResult(10, 1, 10, 2, 1, 2, 1, 2, List.of()).rate());
    }

    @Test
    void lagsHaveTheQuantilesOfWhatWasAdded() {
        Lags lags = new Lags();
        assertEquals(-1, lags.quantile(0.5));
        for (int millis = 1; millis <= 100; millis++) {
            lags.add(millis);
        }
        lags.add(3_600_000);
        assertEquals(51, lags.quantile(0.5));
        assertEquals(100, lags.quantile(0.99));
        assertEquals("a minute or more", Lags.inWords(lags.quantile(1)));
        assertEquals("51 ms", Lags.inWords(lags.quantile(0.5)));
    }
}
