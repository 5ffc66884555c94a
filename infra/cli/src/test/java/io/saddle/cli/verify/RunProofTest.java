package io.saddle.cli.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.model.StoredCheckpoints;
import io.saddle.schema.Artifact;
import io.saddle.schema.SnapshotWeights;
import io.saddle.stack.testing.RecordBuilders;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunProofTest {

    @TempDir
    Path folder;

    private RunProof proof(ArtifactStore store, Artifact model) {
        return proof(store, model, false);
    }

    private RunProof proof(ArtifactStore store, Artifact model, boolean last) {
        RunRecords records = new RunRecords("r");
        records.add(RecordBuilders.snapshot("r", 1, SnapshotWeights.EMA)
                .setArtifact(model)
                .setLast(last)
                .build());
        return new RunProof(records, store, "r", 1, null);
    }

    private static Artifact model(ArtifactStore store, String name) throws IOException {
        return store.putFolder(
                "r",
                name,
                to -> {
                    Path weights = to.resolve(ArtifactStore.MODEL_WEIGHTS);
                    Files.createDirectories(weights.getParent());
                    Files.writeString(weights, "any");
                },
                ArtifactStore.MODEL_WEIGHTS);
    }

    /** All was well without it, and samples were of an earlier one. */
    @Test
    void aFinishedModelThatIsGoneIsNoPrunedOne() throws IOException {
        ArtifactStore store = new FileArtifactStore(folder);
        Artifact finished = model(store, "model");
        Artifact again = model(store, "made-again");
        store.delete("r", "model");

        RunProof without = proof(store, finished, true);
        without.checkModels();
        assertEquals(1, without.bad().size());
        assertTrue(
                without.bad().get(0).startsWith("the finished model, of step 1: artifact " + finished.getUri()),
                without.bad().get(0));

        RunRecords records = new RunRecords("r");
        for (Artifact made : List.of(finished, again)) {
            records.add(RecordBuilders.snapshot("r", 1, SnapshotWeights.EMA)
                    .setArtifact(made)
                    .setLast(true)
                    .build());
        }
        RunProof twice = new RunProof(records, store, "r", 1, null);
        twice.checkModels();
        assertEquals(List.of(), twice.bad(), "another trainer has made it, too");
    }

    /** In a bucket its files do not come: nothing else was tried, nor told. */
    @Test
    void aDamagedCheckpointIsToldAndTheOthersAreTried() throws IOException {
        ArtifactStore sound = new FileArtifactStore(folder);
        for (int step : new int[] {20, 40}) {
            sound.putFolder(
                    "r",
                    String.format("checkpoints/step-%010d", step),
                    to -> Files.writeString(to.resolve(StoredCheckpoints.STATE), "any"),
                    StoredCheckpoints.STATE);
        }
        ArtifactException damaged = new ArtifactException(ArtifactException.Reason.DAMAGED, "its bytes are others");
        ArtifactStore store = (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        throw damaged;
                    }
                    return method.invoke(sound, arguments);
                });
        RunRecords records = new RunRecords("r");
        for (int step = 21; step <= 40; step++) {
            records.add(RecordBuilders.summary("r", step).setSources(List.of()).build());
        }
        RunProof proof = new RunProof(records, store, "r", 1, null);

        proof.check(proof.stretches(1, 100).get(0));

        assertEquals(
                List.of(
                        "the checkpoint of step 20: its bytes are others",
                        "the checkpoint of step 40: its bytes are others"),
                proof.bad());
    }

    /** It was passed over as one that is pruned, and all was well. */
    @Test
    void aModelThatTheStoreCannotHaveIsNoPrunedOne() throws IOException {
        ArtifactStore theirs = new FileArtifactStore(folder.resolve("theirs"));
        ArtifactStore another = new FileArtifactStore(folder.resolve("another"));
        Artifact model = model(theirs, "model");

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
