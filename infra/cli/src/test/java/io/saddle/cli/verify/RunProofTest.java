package io.saddle.cli.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.schema.Artifact;
import io.saddle.schema.SnapshotWeights;
import io.saddle.stack.testing.RecordBuilders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunProofTest {

    @TempDir
    Path folder;

    private RunProof proof(ArtifactStore store, Artifact model) {
        RunRecords records = new RunRecords("r");
        records.add(RecordBuilders.snapshot("r", 1, SnapshotWeights.EMA)
                .setArtifact(model)
                .build());
        return new RunProof(records, store, "r", 1, null);
    }

    /** It was passed over as one that is pruned, and all was well. */
    @Test
    void aModelThatTheStoreCannotHaveIsNoPrunedOne() throws IOException {
        ArtifactStore theirs = new FileArtifactStore(folder.resolve("theirs"));
        ArtifactStore another = new FileArtifactStore(folder.resolve("another"));
        Artifact model = theirs.putFolder(
                "r",
                "model",
                to -> {
                    Path weights = to.resolve(ArtifactStore.MODEL_WEIGHTS);
                    Files.createDirectories(weights.getParent());
                    Files.writeString(weights, "any");
                },
                ArtifactStore.MODEL_WEIGHTS);

        RunProof right = proof(theirs, model);
        right.checkModels();
        assertEquals(List.of("1 models are those that were announced"), right.good());
        ArtifactException wrong = assertThrows(
                ArtifactException.class, () -> proof(another, model).checkModels());
        assertEquals(ArtifactException.Reason.REFUSED, wrong.reason());

        theirs.delete("r", "model");
        RunProof pruned = proof(theirs, model);
        pruned.checkModels();
        assertEquals(List.of(), pruned.bad());
    }
}
