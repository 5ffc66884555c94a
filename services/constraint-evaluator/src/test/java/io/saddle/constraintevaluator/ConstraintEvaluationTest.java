package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.SnapshotWeights;
import io.saddle.spec.RunSpec;
import io.saddle.spec.RunSpecParser;
import org.junit.jupiter.api.Test;

class ConstraintEvaluationTest {

    private final ConstraintEvaluation evaluation = new ConstraintEvaluation(null, null, null);

    private static RunSpec spec(String mode) {
        return new RunSpecParser().parse("run.yaml", "{name: r, dual: {mode: " + mode + "}}");
    }

    @Test
    void everySnapshotOfALockstepRunIsMeasured() {
        assertFalse(evaluation.mayBeSkipped(null, spec("LOCKSTEP")));
        assertTrue(evaluation.mayBeSkipped(null, spec("ASYNC")));
    }

    @Test
    void theWeightsAsTheyAreAreMeasuredAndNotTheirAverage() {
        assertEquals(SnapshotWeights.RAW, evaluation.weights());
    }
}
