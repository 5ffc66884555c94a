package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.kafka.Fault;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.EvaluatorDeployment;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** A snapshot that went to the dead letters for it would be waited for by its run long after the store is back. */
    @Test
    void aStoreThatIsAwayIsNotTheSnapshotsFault() {
        IOException data = new IOException("constraint 'a': no such data", new AccessDeniedException("/data/images"));
        IOException away = new IOException(
                "constraint 'b': the server cannot be reached",
                new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the server cannot be reached"));

        IOException both = LossMeasurement.asOne(List.of(data, away));

        assertEquals("constraint 'a': no such data; constraint 'b': the server cannot be reached", both.getMessage());
        assertEquals(Fault.ENVIRONMENT, Fault.of(both));
        assertEquals(Fault.RECORD, Fault.of(LossMeasurement.asOne(List.of(data))));
    }

    /** A worker thread's error comes as the cause of an exception; the snapshot is sound, and is to be measured again. */
    @Test
    void amongOthersABrokenMachineIsNotTheSnapshotsFaultEither() {
        IOException data = new IOException("constraint 'a': no such data", new AccessDeniedException("/data/images"));
        for (Error error : List.of(
                new InternalError("a fault occurred in an unsafe memory access operation"),
                new OutOfMemoryError("Cannot reserve 4096 bytes of direct buffer memory"),
                new NoClassDefFoundError("io/saddle/Missing"))) {
            IOException broken = new IOException("constraint 'b'", new IllegalStateException("a batch failed", error));
            assertEquals(Fault.ENVIRONMENT, Fault.of(LossMeasurement.asOne(List.of(data, broken))), error.toString());
        }
        IOException ofAJudge = new IOException("constraint 'b'", new IllegalStateException(new AssertionError()));
        assertEquals(Fault.RECORD, Fault.of(LossMeasurement.asOne(List.of(ofAJudge, data))));
    }

    /** The snapshot went to the dead letters, and the alert advised to delete a sound classifier. */
    @Test
    void aBrokenDiskIsNotTheSnapshotsFaultWhoeverWrapsIt() {
        IOException data = new IOException("constraint 'a': no such data", new AccessDeniedException("/data/images"));
        for (IOException failure : List.of(
                new IOException("Stale file handle"),
                new IOException("Input/output error"),
                new IOException("No space left on device"),
                new FileSystemException("/classifiers/.new-1: Read-only file system"))) {
            IOException kept = new IOException("the small classifier in /classifiers cannot be read", failure);
            IOException broken = new IOException("constraint 'b': " + kept.getMessage(), kept);
            assertEquals(Fault.ENVIRONMENT, Fault.of(LossMeasurement.asOne(List.of(data, broken))), failure.toString());
        }
    }

    /** As a judge's own program does on pictures that it cannot handle: the constraints behind it were not measured. */
    @Test
    void whateverAJudgeThrowsKeepsNoOtherConstraintFromBeingMeasured() throws IOException {
        List<IOException> failures = new ArrayList<>();
        assertEquals(
                Optional.empty(),
                LossMeasurement.attempt(
                        "smiles",
                        () -> {
                            throw new IllegalStateException("the sizes do not match");
                        },
                        failures));
        assertEquals(
                List.of("constraint 'smiles': the sizes do not match"),
                failures.stream().map(Throwable::getMessage).toList());
    }

    /** As a promotion once left it: a mean squared error was held against a share. */
    @Test
    void aKindThatTheEvaluatorDoesNotOfferIsNotMeasured() throws IOException {
        ConstraintLoss.Measurement seen = ConstraintLoss.Measurement.of(new LossEstimateResult(0.1, 0.01, 256));
        LossMeasurement second = measuring("denoising-loss", seen, new EvaluatorDeployment("v2"));
        ConstraintDefinition.Builder definition = ConstraintDefinition.newBuilder(definition(ConstraintState.ACTIVE))
                .setEvaluator("denoising-loss-v2");

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> second.measured(
                        null, definition.setKind("class-frequency").build()));

        assertEquals(
                "the evaluator 'denoising-loss-v2' measures denoising-loss, not the kind class-frequency",
                refused.getMessage());
        assertEquals(
                seen, second.measured(null, definition.setKind("denoising-loss").build()));
        assertEquals(seen, second.measured(null, definition.setKind(null).build()), "as earlier releases define it");
    }

    /** One with a single plug-in, which sees the same in every snapshot. */
    private static LossMeasurement measuring(
            String name, ConstraintLoss.Measurement seen, EvaluatorDeployment deployment) {
        ConstraintLoss loss = new ConstraintLoss() {
            @Override
            public String description() {
                return "";
            }

            @Override
            public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) {
                return seen;
            }
        };
        return new LossMeasurement(null, null, null, OneLoss.named(name, loss), deployment, null, null, null, 1, null);
    }

    @Test
    void anEvaluatorThatIsToldToEndTriesNoOtherConstraint() {
        List<IOException> failures = new ArrayList<>();
        Thread.currentThread().interrupt();
        try {
            assertThrows(
                    IllegalStateException.class,
                    () -> LossMeasurement.attempt(
                            "smiles",
                            () -> {
                                throw new IllegalStateException("interrupted while batches were running");
                            },
                            failures));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of(), failures);
    }
}
