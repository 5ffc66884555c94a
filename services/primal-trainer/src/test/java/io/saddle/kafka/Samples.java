package io.saddle.kafka;

import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import java.time.Instant;

/** Records for tests in which only key and number matter. */
public final class Samples {

    private Samples() {}

    public static Alert alert(String runId, String message) {
        return Alert.newBuilder()
                .setRunId(runId)
                .setKind(AlertKind.OTHER)
                .setSeverity(Severity.WARNING)
                .setMessage(message)
                .setRemedy("none")
                .setService("test")
                .setRaisedAt(Instant.EPOCH)
                .build();
    }

    public static ModelSnapshot snapshot(String runId, long step) {
        return ModelSnapshot.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setDualStep(0)
                .setWeights(SnapshotWeights.RAW)
                .setLast(false)
                .setArtifact(new Artifact("file:///nowhere", "00", 1L))
                .setWorker("test")
                .setCreatedAt(Instant.EPOCH)
                .build();
    }
}
