package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import org.junit.jupiter.api.Test;

class StepsBeforeTest {

    private static RunSpec.Dual dual(String mode) {
        return new RunSpecParser()
                .parse("run.yaml", "{name: r, dual: {primalSteps: 20, %s}}".formatted(mode))
                .dual();
    }

    @Test
    void aDualPointIsPassedOnceAStepAfterItWasDoneWithoutItsVector() {
        RunSpec.Dual lockstep = dual("mode: LOCKSTEP");
        assertTrue(new StepsBefore(235, 3).passed(200, lockstep));
        assertTrue(new StepsBefore(235, 3).passed(220, lockstep));
        assertFalse(new StepsBefore(235, 3).passed(240, lockstep));
        assertTrue(new StepsBefore(201, 9).passed(200, lockstep));
        assertFalse(new StepsBefore(200, 9).passed(200, lockstep), "no step after it was done");
        assertFalse(new StepsBefore(235, 10).passed(200, lockstep), "it was taken");
        assertFalse(StepsBefore.NONE.passed(20, lockstep));
    }

    @Test
    void ofAPipelinedRunLaterStepsTakeItsVector() {
        RunSpec.Dual pipelined = dual("mode: PIPELINED, delay: 1");
        assertFalse(new StepsBefore(220, 3).passed(200, pipelined));
        assertTrue(new StepsBefore(221, 9).passed(200, pipelined));
        assertFalse(new StepsBefore(221, 10).passed(200, pipelined));
    }

    @Test
    void anAsyncRunTakesWhatIsThere() {
        assertFalse(new StepsBefore(235, 3).passed(200, dual("mode: ASYNC")));
    }
}
