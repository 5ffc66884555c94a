package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.KafkaSettings;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpec.Mode;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SnapshotWeights;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DualStepsTest {

    private final KafkaSettings nowhere = new KafkaSettings("127.0.0.1:1", "http://127.0.0.1:1");
    private final DualSteps steps = new DualSteps(nowhere, nowhere.serdes());

    private static ModelSnapshot snapshot(long step, long dualStep) {
        return new ModelSnapshot(
                "r",
                step,
                dualStep,
                SnapshotWeights.RAW,
                false,
                Map.of(),
                new Artifact("file:///x", "00", 1L),
                "worker",
                Instant.EPOCH);
    }

    private static ConstraintDefinition definition(String id, int version, ConstraintState state) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId(id)
                .setVersion(version)
                .setState(state)
                .setEvaluator("denoising-loss")
                .setThreshold(0)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    /** A dual step that moved one constraint, in its first version, and had another beside it. */
    private void taken(long dualStep, long step, String moved) {
        steps.put(MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(dualStep)
                .setStep(step)
                .setConstraints(List.of(multiplier(moved, 0.1), multiplier("still", null)))
                .setObjectiveWeight(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    private static ConstraintMultiplier multiplier(String id, Double loss) {
        return ConstraintMultiplier.newBuilder()
                .setConstraintId(id)
                .setVersion(1)
                .setBefore(0)
                .setAfter(0)
                .setLoss(loss)
                .setThreshold(0)
                .setMixtureWeight(0)
                .build();
    }

    private boolean taken(Mode mode, ModelSnapshot snapshot, ConstraintDefinition... measured) {
        RunSpec spec = new RunSpecParser().parse("run.yaml", "{name: r, dual: {mode: " + mode + ", primalSteps: 20}}");
        return steps.areTakenFor(snapshot, spec.dual(), List.of(measured));
    }

    @Test
    void aLockstepSnapshotIsSettledByTheDualStepAfterItsOwn() {
        ConstraintDefinition active = definition("a", 1, ConstraintState.ACTIVE);
        assertFalse(taken(Mode.LOCKSTEP, snapshot(40, 1), active), "nothing is known of the run");
        taken(1, 20, "a");
        assertTrue(taken(Mode.LOCKSTEP, snapshot(20, 0), active));
        assertFalse(taken(Mode.LOCKSTEP, snapshot(40, 1), active));
    }

    /** Its last constraint was retired when that of step 20 had been measured: the trainer went on without that vector. */
    @Test
    void aSnapshotAfterAVectorThatNobodyTookIsStillMeasured() {
        taken(1, 20, "a");
        assertFalse(taken(Mode.LOCKSTEP, snapshot(60, 0), definition("b", 1, ConstraintState.ACTIVE)));
    }

    @Test
    void aPipelinedSnapshotIsSettledByItsOwnDualStep() {
        ConstraintDefinition active = definition("a", 1, ConstraintState.ACTIVE);
        taken(1, 20, "a");
        assertTrue(taken(Mode.PIPELINED, snapshot(20, 0), active));
        assertFalse(taken(Mode.PIPELINED, snapshot(40, 1), active));
        taken(2, 40, "a");
        assertTrue(taken(Mode.PIPELINED, snapshot(40, 1), active));
    }

    /** The dual updater takes no estimate of a step that is not after the last one. */
    @Test
    void anAsyncSnapshotIsSettledWhenEveryConstraintMovedAtItsStepOrLater() {
        ConstraintDefinition a = definition("a", 1, ConstraintState.ACTIVE);
        ConstraintDefinition b = definition("b", 1, ConstraintState.RETIRING);
        taken(7, 40, "a");
        assertTrue(taken(Mode.ASYNC, snapshot(40, 3), a));
        assertFalse(taken(Mode.ASYNC, snapshot(60, 3), a));
        assertFalse(taken(Mode.ASYNC, snapshot(40, 3), a, b));
        taken(8, 60, "b");
        assertTrue(taken(Mode.ASYNC, snapshot(40, 3), a, b));
        assertFalse(taken(Mode.ASYNC, snapshot(40, 3), definition("still", 1, ConstraintState.ACTIVE)));
    }

    @Test
    void aNewVersionOfAConstraintIsMeasuredAgain() {
        taken(7, 40, "a");
        assertFalse(taken(Mode.ASYNC, snapshot(40, 3), definition("a", 2, ConstraintState.ACTIVE)));
    }

    @Test
    void aShadowAloneMeasuresWhateverItComesTo() {
        taken(7, 40, "a");
        ConstraintDefinition shadow = definition("a", 1, ConstraintState.SHADOW);
        assertFalse(taken(Mode.LOCKSTEP, snapshot(40, 3), shadow));
        assertTrue(taken(Mode.LOCKSTEP, snapshot(40, 3), shadow, definition("b", 1, ConstraintState.ACTIVE)));
    }
}
