package io.saddle.service;

import static io.saddle.schema.SnapshotWeights.EMA;
import static io.saddle.schema.SnapshotWeights.RAW;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotConsumerTest {

    private static ModelSnapshot snapshot(String runId, long step, SnapshotWeights weights) {
        return new ModelSnapshot(
                runId,
                step,
                step / 20,
                weights,
                false,
                Map.of(),
                new Artifact("file:///x", "00", 1L),
                "worker",
                Instant.EPOCH);
    }

    @Test
    void anOlderSnapshotIsFollowedByTheNewestWhereverThatStands() {
        ModelSnapshot older = snapshot("r", 40, EMA);
        ModelSnapshot newest = snapshot("r", 60, EMA);
        assertTrue(SnapshotConsumer.isFollowed(older, List.of(newest, older)));
        assertFalse(SnapshotConsumer.isFollowed(newest, List.of(newest, older)));
    }

    @Test
    void otherWeightsAndOtherRunsDoNotFollow() {
        ModelSnapshot snapshot = snapshot("r", 20, EMA);
        assertFalse(SnapshotConsumer.isFollowed(snapshot, List.of(snapshot, snapshot("r", 40, RAW))));
        assertFalse(SnapshotConsumer.isFollowed(snapshot, List.of(snapshot, snapshot("other", 40, EMA))));
    }

    @Test
    void whatWasPrunedIsGoneAndWhatIsDamagedOrRefusedIsNot() {
        assertTrue(SnapshotConsumer.isGone(new ArtifactException(Reason.MISSING, "pruned")));
        assertTrue(SnapshotConsumer.isGone(new NoSuchFileException("pruned while it was read")));
        assertFalse(SnapshotConsumer.isGone(new ArtifactException(Reason.DAMAGED, "other bytes")));
        assertFalse(SnapshotConsumer.isGone(new ArtifactException(Reason.REFUSED, "not in the store")));
        assertFalse(SnapshotConsumer.isGone(new FileSystemException("Input/output error")));
    }
}
