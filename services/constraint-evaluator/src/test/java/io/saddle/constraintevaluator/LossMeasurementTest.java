package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.SnapshotWeights;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LossMeasurementTest {

    private final LossMeasurement evaluation =
            new LossMeasurement(null, null, null, null, null, null, null, null, 1, null);

    private static ConstraintDefinition definition(ConstraintState state) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId(state.name())
                .setVersion(1)
                .setState(state)
                .setEvaluator("denoising-loss")
                .setThreshold(0)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static boolean mayBeSkipped(RunSpec.Mode mode, ConstraintState... states) {
        return LossMeasurement.mayBeSkipped(
                mode, Stream.of(states).map(LossMeasurementTest::definition).toList());
    }

    @Test
    void everySnapshotOfALockstepRunIsMeasuredWhereADualStepWaitsForIt() {
        assertFalse(mayBeSkipped(RunSpec.Mode.LOCKSTEP, ConstraintState.ACTIVE));
        assertFalse(mayBeSkipped(RunSpec.Mode.PIPELINED, ConstraintState.ACTIVE));
        assertFalse(mayBeSkipped(RunSpec.Mode.LOCKSTEP, ConstraintState.SHADOW, ConstraintState.RETIRING));
        assertTrue(mayBeSkipped(RunSpec.Mode.ASYNC, ConstraintState.ACTIVE));
    }

    @Test
    void aShadowThatHasFallenBehindGoesToTheNewestSnapshot() {
        assertTrue(mayBeSkipped(RunSpec.Mode.LOCKSTEP, ConstraintState.SHADOW));
        assertTrue(mayBeSkipped(RunSpec.Mode.LOCKSTEP));
    }

    @Test
    void theWeightsAsTheyAreAreMeasuredAndNotTheirAverage() {
        assertEquals(SnapshotWeights.RAW, evaluation.weights());
    }
}
