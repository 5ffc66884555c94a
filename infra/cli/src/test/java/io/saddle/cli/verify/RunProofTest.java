package io.saddle.cli.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.StoredCheckpoints;
import io.saddle.model.training.Retraining;
import io.saddle.model.training.StateFiles;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SnapshotWeights;
import io.saddle.stack.testing.RecordBuilders;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunProofTest {

    private static final String BUILD = "0.1.0+1a2b3c4";
    private static final String OTHER = "0.1.0+5d6e7f8";

    @TempDir
    Path folder;

    private final List<Integer> used = new ArrayList<>();

    private RunProof proof(ArtifactStore store, Artifact model) {
        return proof(store, model, false);
    }

    private RunProof proof(ArtifactStore store, Artifact model, boolean last) {
        RunRecords records = new RunRecords("r");
        records.add(RecordBuilders.snapshot("r", 1, SnapshotWeights.EMA)
                .setArtifact(model)
                .setLast(last)
                .build());
        return proof(records, store, OptionalInt.empty(), null);
    }

    private static RunProof proof(
            RunRecords records, ArtifactStore store, OptionalInt threads, RunProof.Repetition repetition) {
        return new RunProof(records, store, "r", 1, BUILD, threads, repetition);
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
        RunProof twice = proof(records, store, OptionalInt.empty(), null);
        twice.checkModels();
        assertEquals(List.of(), twice.bad(), "another trainer has made it, too");
    }

    /** What cannot be told of a run of this end, by its models. */
    private List<String> unknown(ArtifactStore store, RunStatus status, ModelSnapshot... announced) throws IOException {
        RunRecords records = new RunRecords("r");
        records.add(status);
        List.of(announced).forEach(records::add);
        RunProof proof = proof(records, store, OptionalInt.empty(), null);
        proof.checkModels();
        assertEquals(List.of(), proof.bad());
        return proof.unknown();
    }

    /** Nothing was said of its models, damaged or gone, and all was well. */
    @Test
    void modelsWhoseAnnouncementsAreGoneCannotBeTold() throws IOException {
        List<String> gone = List.of(
                "whether its models are those that were announced: saddle.snapshots does not have the finished model's"
                        + " announcement, and keeps announcements for 90 days");
        ArtifactStore store = new FileArtifactStore(folder);
        Artifact model = model(store, "snapshots/ema/step-0000000001-owner-000000000001");
        ModelSnapshot.Builder snapshot =
                RecordBuilders.snapshot("r", 1, SnapshotWeights.EMA).setArtifact(model);
        ModelSnapshot earlier = snapshot.setLast(false).build();
        ModelSnapshot last = snapshot.setLast(true).build();
        RunStatus completed =
                RecordBuilders.status("r", RunPhase.COMPLETED).setStep(1).build();
        RunStatus begun = RecordBuilders.status("r", RunPhase.STOPPED)
                .setCheckpoint(new KeptCheckpoint(0L, model))
                .build();
        RunStatus failed = RecordBuilders.status("r", RunPhase.FAILED).build();

        assertEquals(gone, unknown(store, completed));
        assertEquals(gone, unknown(store, completed, earlier));
        assertEquals(List.of(), unknown(store, completed, last));
        assertEquals(gone, unknown(store, begun));
        assertEquals(gone, unknown(store, failed));
        assertEquals(List.of(), unknown(store, failed, earlier), "it may have none");

        store.delete("r", "snapshots/ema/step-0000000001-owner-000000000001");
        assertEquals(gone, unknown(store, completed), "it had one");
        assertEquals(gone, unknown(store, begun));
        assertEquals(List.of(), unknown(store, failed));
        assertEquals(
                List.of(),
                unknown(store, RecordBuilders.status("r", RunPhase.STOPPED).build()),
                "it never began");
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
        RunProof proof = proof(records, store, OptionalInt.empty(), null);

        proof.check(proof.stretches(1, 100).get(0));

        assertEquals(
                List.of(
                        "the checkpoint of step 20: its bytes are others",
                        "the checkpoint of step 40: its bytes are others"),
                proof.bad());
    }

    private static void checkpoint(ArtifactStore store, int step) throws IOException {
        store.putFolder(
                "r",
                String.format("checkpoints/step-%010d", step),
                to -> {
                    Path state = to.resolve(StoredCheckpoints.STATE);
                    try (ModelState zeros = ModelState.startingFrom(HostVector.zeros(3))) {
                        StateFiles.write(state, zeros);
                    }
                    Files.writeString(
                            to.resolve(StoredCheckpoints.MANIFEST), "{\"sha256\": \"" + Sha256.of(state) + "\"}");
                },
                StoredCheckpoints.STATE);
    }

    /** Steps 21 to 40, the last ten of which may be of somebody else, come to other bits. */
    private RunProof comesToOthers(String lastBuild, int lastThreads, OptionalInt threads) throws IOException {
        ArtifactStore store = new FileArtifactStore(folder);
        checkpoint(store, 20);
        checkpoint(store, 40);
        RunRecords records = new RunRecords("r");
        for (int step = 21; step <= 40; step++) {
            records.add(RecordBuilders.summary("r", step)
                    .setSources(List.of())
                    .setBuild(step <= 30 ? BUILD : lastBuild)
                    .setThreads(step <= 30 ? 3 : lastThreads)
                    .build());
        }
        RunProof proof = proof(records, store, threads, (from, steps, workers) -> {
            used.add(workers);
            return new Retraining.Outcome("0".repeat(64), List.of());
        });
        proof.check(proof.stretches(1, 100).get(0));
        return proof;
    }

    @Test
    void otherBitsOfTheSameBuildAndThreadsAreWrong() throws IOException {
        RunProof proof = comesToOthers(BUILD, 3, OptionalInt.empty());

        assertEquals(List.of(), proof.unknown());
        assertEquals(1, proof.bad().size());
        assertTrue(proof.bad().get(0).startsWith("steps 21 to 40: they come to 000000000000..., the run to "));
        assertEquals(List.of(3), used);
    }

    /** After each upgrade a sound run was said not to be as it was. */
    @Test
    void otherBitsOfAnotherBuildCannotBeTold() throws IOException {
        RunProof proof = comesToOthers(OTHER, 3, OptionalInt.empty());

        assertEquals(List.of(), proof.bad());
        assertEquals(1, proof.unknown().size());
        assertTrue(
                proof.unknown()
                        .get(0)
                        .endsWith(
                                "they are of build 0.1.0+1a2b3c4 and 0.1.0+5d6e7f8, this is 0.1.0+1a2b3c4, and another build"
                                        + " may come to other last bits: verify them with theirs"),
                proof.unknown().get(0));
    }

    @Test
    void whatARecordDoesNotSayIsTakenForTheSame() throws IOException {
        assertEquals(1, comesToOthers("", 0, OptionalInt.empty()).bad().size());
        assertEquals(List.of(3), used);
    }

    @Test
    void stepsOfSeveralNumbersOfThreadsAreNotDoneAgainUnlessOneIsGiven() throws IOException {
        RunProof proof = comesToOthers(BUILD, 4, OptionalInt.empty());
        assertEquals(
                List.of(
                        "steps 21 to 40: made with different numbers of threads ([3, 4]), and each sums in an order of its"
                                + " own"),
                proof.unknown());
        assertEquals(List.of(), used);

        comesToOthers(BUILD, 4, OptionalInt.of(5));
        assertEquals(List.of(5), used);
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
