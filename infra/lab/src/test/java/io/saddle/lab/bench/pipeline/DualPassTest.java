package io.saddle.lab.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DualPassTest {

    private static final Map<String, String> BOTH = Map.of("a", "denoising-loss", "b", "denoising-loss");

    /** Step 5 ends at 100, and a is measured on its snapshot. */
    private static MadeRun measured() {
        return new MadeRun().step(5, 0, 100).announced(5, 120).estimate("a", 5, 125L, 60, 190);
    }

    /** Step 5 ends at 100, its multipliers are taken by step 6, which begins at 390. */
    private static MadeRun lockstep() {
        return measured()
                .estimate("b", 5, 125L, 80, 275)
                .update(1, 5, 280, BOTH)
                .step(6, 1, 400);
    }

    @Test
    void lockstepIsTimedFromTheSnapshotToTheStepThatTakesTheWholeVector() {
        List<DualPass> passes = DualPass.of(lockstep().records(), 0);

        assertEquals(List.of(new DualPass(5, 1, 20, 5, 150, 140, 5, 110)), passes);
        assertEquals(270, passes.get(0).whole());
        assertEquals(130, passes.get(0).withoutComputing());
    }

    @Test
    void asyncEachConstraintHasItsOwnPassAndAVectorThatWasOvertakenCountsFromItsSuccessor() {
        MadeRun run = measured()
                .update(1, 5, 195, Map.of("a", "denoising-loss"))
                .estimate("b", 5, 125L, 80, 275)
                .update(2, 5, 280, Map.of("b", "denoising-loss"))
                .step(6, 0, 250)
                .step(7, 2, 300);

        assertEquals(
                List.of(new DualPass(5, 1, 20, 5, 65, 60, 5, 95), new DualPass(5, 2, 20, 5, 150, 140, 5, 10)),
                DualPass.of(run.records(), 0));
    }

    @Test
    void anEstimateMadeAgainChangesNothing() {
        MadeRun run = lockstep().estimate("a", 5, 500L, 60, 600).estimate("b", 5, 500L, 60, 700);

        assertEquals(DualPass.of(lockstep().records(), 0), DualPass.of(run.records(), 0));
    }

    @Test
    void anUpdateThatNoStepTookOrThatTheTrainersLossesMadeIsNoPass() {
        MadeRun untaken =
                measured().update(1, 5, 195, Map.of("a", "denoising-loss")).step(6, 0, 250);
        MadeRun ofTheTrainer = new MadeRun()
                .step(5, 0, 100)
                .announced(5, 120)
                .estimate("a", 5, null, 0, 101)
                .update(1, 5, 195, Map.of("a", "minibatch-loss"))
                .step(6, 1, 250);

        assertEquals(List.of(), DualPass.of(untaken.records(), 0));
        assertEquals(List.of(), DualPass.of(ofTheTrainer.records(), 0));
    }

    @Test
    void theWarmUpIsLeftOut() {
        assertEquals(1, DualPass.of(lockstep().records(), 4).size());
        assertEquals(0, DualPass.of(lockstep().records(), 5).size());
    }
}
