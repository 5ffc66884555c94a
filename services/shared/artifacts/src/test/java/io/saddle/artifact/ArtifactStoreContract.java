package io.saddle.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for every kind of store. */
public abstract class ArtifactStoreContract extends ArtifactConcurrencyContract {

    @Test
    void aFolderIsStoredWholeUnderItsNameAndDescribedByItsDigestFile() throws IOException {
        Artifact artifact = putModel("raw-000020", "abc");

        assertEquals(new Artifact(root() + "/run/raw-000020", ABC_SHA256, 3L), artifact);
        for (Path there : List.of(store.open(artifact), store.verified(artifact), open().verified(artifact))) {
            assertEquals("raw-000020", there.getFileName().toString());
            assertEquals("abc", Files.readString(there.resolve(ArtifactStore.MODEL_WEIGHTS)));
            assertEquals("index of abc", Files.readString(there.resolve("model_index.json")));
        }
        assertEquals(List.of("raw-000020"), everything());
    }

    @Test
    void aFolderMayBeOpenedForSomeOfItsFiles() throws IOException {
        Artifact artifact = putModel("model", "abc");

        for (ArtifactStore reader : List.of(store, open())) {
            Path part = reader.openPart(artifact, "model_index.json"::equals);
            assertEquals("model", part.getFileName().toString());
            assertEquals("index of abc", Files.readString(part.resolve("model_index.json")));
        }
        Path weights = store.openPart(artifact, ArtifactStore.MODEL_WEIGHTS::equals);
        assertEquals("abc", Files.readString(weights.resolve(ArtifactStore.MODEL_WEIGHTS)));
        assertTrue(Files.isDirectory(store.openPart(artifact, "no such file"::equals)));
        Artifact file = store.putFile("run", "grid", "abc".getBytes(UTF_8));
        assertEquals("abc", Files.readString(store.openPart(file, "of no use"::equals)));

        store.delete("run", "model");
        assertEquals(
                Reason.MISSING,
                assertThrows(ArtifactException.class, () -> store.openPart(artifact, "model_index.json"::equals))
                        .reason());
    }

    /** Within a folder they are its writer's, such as those of an autoencoder that somebody brings. */
    @Test
    void filesOfAFolderAreCalledAsTheirWriterCallsThem() throws IOException {
        List<String> names = List.of("my vae-encoder.pt", "_vae+1%2F&?#.pt", "Größe-日本.pt", "ü".repeat(100));
        Artifact artifact = store.putFolder(
                "run",
                "data",
                to -> {
                    writeModel(to, "abc");
                    Files.createDirectory(to.resolve("autoencoder"));
                    for (String name : names) {
                        Files.writeString(to.resolve("autoencoder").resolve(name), name);
                    }
                },
                ArtifactStore.MODEL_WEIGHTS);

        for (ArtifactStore reader : List.of(store, open())) {
            Path part = reader.openPart(artifact, file -> file.startsWith("autoencoder/"));
            for (String name : names) {
                assertEquals(name, Files.readString(part.resolve("autoencoder").resolve(name)));
            }
        }
        store.delete("run", "data");
        assertEquals(List.of(), everything());
    }

    @Test
    void aFileIsStoredUnderItsName() throws IOException {
        byte[] bytes = "abc".getBytes(UTF_8);

        Artifact artifact = store.putFile("run", "grid.png", bytes);

        assertEquals(new Artifact(root() + "/run/grid.png", ABC_SHA256, 3L), artifact);
        assertArrayEquals(bytes, Files.readAllBytes(store.verified(artifact)));
        assertEquals("grid.png", store.open(artifact).getFileName().toString());
        assertEquals(List.of("grid.png"), everything());
    }

    @Test
    void anEmptyFileIsStored() throws IOException {
        Artifact artifact = store.putFile("run", "empty", new byte[0]);

        assertEquals(0, artifact.getBytes());
        assertEquals(0, Files.size(store.verified(artifact)));
    }

    @Test
    void theTargetIsInvisibleUntilTheWriterIsDone() throws IOException {
        store.putFolder(
                "run",
                "model",
                to -> {
                    writeModel(to, "abc");
                    assertEquals(List.of(), store.list("run", ""));
                },
                ArtifactStore.MODEL_WEIGHTS);

        assertEquals(List.of("model"), store.list("run", ""));
    }

    @Test
    void aWriterThatFailsLeavesNothingAndTheOldOneStands() throws IOException {
        Artifact old = putModel("model", "abc");

        IOException failure = new IOException("disk full");
        IOException thrown = assertThrows(
                IOException.class,
                () -> store.putFolder(
                        "run",
                        "model",
                        to -> {
                            writeModel(to, "half");
                            throw failure;
                        },
                        ArtifactStore.MODEL_WEIGHTS));

        assertEquals(failure, thrown);
        assertEquals(List.of("model"), everything());
        store.verified(old);
    }

    @Test
    void aWriterThatLeavesNoDigestFileIsRefused() throws IOException {
        IOException e = assertThrows(
                IOException.class, () -> store.putFolder("run", "model", to -> {}, ArtifactStore.MODEL_WEIGHTS));

        assertTrue(e.getMessage().endsWith("the writer left no file unet/diffusion_pytorch_model.safetensors"));
        assertEquals(List.of(), store.list("run", ""));
        assertEquals(List.of(), everything());
    }

    @Test
    void aSymbolicLinkIsNotStored() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "abc");

        for (String link : List.of(ArtifactStore.MODEL_WEIGHTS, "model_index.json")) {
            assertThrows(
                    IOException.class,
                    () -> store.putFolder(
                            "run",
                            "model",
                            to -> {
                                writeModel(to, "abc");
                                Files.delete(to.resolve(link));
                                Files.createSymbolicLink(to.resolve(link), secret);
                            },
                            ArtifactStore.MODEL_WEIGHTS));
        }
        assertEquals(List.of(), everything());
        assertEquals("abc", Files.readString(secret));
    }

    @Test
    void anArtifactWithAnotherDigestIsReplaced() throws IOException {
        Artifact old = putModel("model", "abc");
        store.verified(old);
        Artifact replacement = putModel("model", "xyz");

        assertEquals("xyz", Files.readString(store.verified(replacement).resolve(ArtifactStore.MODEL_WEIGHTS)));
        assertEquals(Reason.DAMAGED, refusal(old).reason());
        assertEquals(List.of("model"), everything());

        store.putFile("run", "grid", "one".getBytes(UTF_8));
        Artifact grid = store.putFile("run", "grid", "two".getBytes(UTF_8));
        assertEquals("two", Files.readString(store.verified(grid)));
    }

    /** A snapshot whose configuration was lost was kept for its weights, however often it was written again: no evaluator could read it. */
    @Test
    void aFolderIsReplacedWhereAFileBesideItsDigestFileIsAnother() throws IOException {
        Artifact first = putModel("model", "abc");

        Artifact second = store.putFolder(
                "run",
                "model",
                to -> {
                    writeModel(to, "abc");
                    Files.writeString(to.resolve("model_index.json"), "another index");
                },
                ArtifactStore.MODEL_WEIGHTS);

        assertEquals(first, second);
        for (ArtifactStore reader : List.of(store, open())) {
            assertEquals("another index", Files.readString(reader.open(second).resolve("model_index.json")));
        }
        damage(second, "model_index.json", "half an index");
        putModel("model", "abc");
        assertEquals("index of abc", Files.readString(open().open(second).resolve("model_index.json")));
        assertEquals(List.of("model"), everything());
    }

    @Test
    void aFolderMayTakeTheNameOfAFile() throws IOException {
        store.putFile("run", "thing", "file".getBytes(UTF_8));
        store.verified(putModel("thing", "abc"));

        assertEquals(List.of("thing"), everything());
    }

    @Test
    void aFolderOfOtherContentIsNotReplaced() throws IOException {
        Artifact model = putModel("model", "abc");

        assertThrows(FileAlreadyExistsException.class, () -> store.putFile("run", "model", new byte[1]));
        assertThrows(
                FileAlreadyExistsException.class,
                () -> store.putFolder("run", "model", to -> Files.write(to.resolve("x"), new byte[1]), "x"));
        store.verified(model);
    }

    @Test
    void aGroupIsNeverReplacedByAnArtifact() throws IOException {
        Artifact inGroup = putModel("snapshots/raw/step-20", "abc");

        for (String group : List.of("snapshots", "snapshots/raw")) {
            assertThrows(FileAlreadyExistsException.class, () -> putModel(group, "xyz"));
            assertThrows(FileAlreadyExistsException.class, () -> store.putFile("run", group, new byte[1]));
        }
        store.verified(inGroup);
        assertEquals(List.of("snapshots"), everything());
    }

    @Test
    void anArtifactMayLieInAGroup() throws IOException {
        Artifact artifact = putModel("snapshots/raw/step-20", "abc");
        putModel("snapshots/raw/step-40", "abc");
        putModel("snapshots/ema/step-20", "abc");

        assertEquals(root() + "/run/snapshots/raw/step-20", artifact.getUri());
        assertEquals("step-20", store.verified(artifact).getFileName().toString());
        assertEquals(List.of("snapshots/raw/step-20", "snapshots/raw/step-40"), store.list("run", "snapshots/raw/"));
        assertEquals(List.of("snapshots/raw/step-40"), store.list("run", "snapshots/raw/step-4"));
        assertEquals(List.of("snapshots/ema", "snapshots/raw"), store.list("run", "snapshots/"));
        assertEquals(List.of(), store.list("run", "checkpoints/"));

        store.delete("run", "snapshots/raw/step-20");
        assertEquals(List.of("snapshots/raw/step-40"), store.list("run", "snapshots/raw/"));
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        Artifact artifact = putModel("model", "abc");
        damage(artifact, ArtifactStore.MODEL_WEIGHTS, "abd");

        ArtifactException e = refusal(artifact);

        assertEquals(Reason.DAMAGED, e.reason());
        assertTrue(e.getMessage().contains(ABC_SHA256), e::getMessage);
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        Artifact artifact = store.putFile("run", "grid.png", "abc".getBytes(UTF_8));
        damage(artifact, "", "ab");

        ArtifactException e = refusal(artifact);

        assertEquals(Reason.DAMAGED, e.reason());
        assertTrue(e.getMessage().contains(" 2 bytes, "), e::getMessage);
    }

    @Test
    void whatWasDeletedIsMissing() throws IOException {
        Artifact artifact = putModel("model", "abc");
        store.verified(artifact);

        store.delete("run", "model");

        assertEquals(Reason.MISSING, refusal(artifact).reason());
        assertEquals(
                Reason.MISSING,
                assertThrows(ArtifactException.class, () -> store.open(artifact))
                        .reason());
    }

    @Test
    void aFolderWithADigestFileOfItsOwnIsVerifiedByThat() throws IOException {
        Artifact artifact = store.putFolder(
                "run", "checkpoint-7", to -> Files.writeString(to.resolve("state.bin"), "abc"), "state.bin");

        assertEquals(
                "abc", Files.readString(store.verified(artifact, "state.bin").resolve("state.bin")));
        assertEquals(
                Reason.MISSING,
                assertThrows(ArtifactException.class, () -> store.verified(artifact, "other"))
                        .reason());
        assertThrows(IllegalArgumentException.class, () -> store.verified(artifact, "../../../secret"));
    }

    @Test
    void aFileOfAFolderIsVerifiedByItself() throws IOException {
        store.putFolder(
                "run",
                "model",
                to -> {
                    Files.writeString(to.resolve("state.bin"), "abc");
                    Files.writeString(Files.createDirectory(to.resolve("in")).resolve("preview.png"), "picture");
                },
                "state.bin");
        Artifact preview = store.find("run", "model", "in/preview.png").orElseThrow();

        assertEquals("picture", Files.readString(store.verifiedFile(preview, "in/preview.png")));
        assertEquals(
                Reason.DAMAGED,
                assertThrows(ArtifactException.class, () -> store.verifiedFile(preview, "state.bin"))
                        .reason());
        assertEquals(
                Reason.MISSING,
                assertThrows(ArtifactException.class, () -> store.verifiedFile(preview, "other"))
                        .reason());
        assertThrows(IllegalArgumentException.class, () -> store.verifiedFile(preview, "../../../secret"));
    }

    @Test
    void whatIsStoredIsFoundAgainAfterARestart() throws IOException {
        Artifact model = putModel("model", "abc");
        Artifact grid = store.putFile("run", "grid.png", "abc".getBytes(UTF_8));

        ArtifactStore restarted = open();

        assertEquals(Optional.of(model), restarted.find("run", "model", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Optional.empty(), restarted.find("run", "model", "other"));
        assertEquals(Optional.of(grid), restarted.find("run", "grid.png", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Optional.empty(), restarted.find("run", "other", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Optional.empty(), restarted.find("other", "model", ArtifactStore.MODEL_WEIGHTS));
    }

    /** What was found was announced, and it was the digest of the damage. */
    @Test
    void whatIsFoundIsWhatWasWrittenWhateverHasBecomeOfIt() throws IOException {
        Artifact model = putModel("model", "abc");
        store.requireIntact(model, ArtifactStore.MODEL_WEIGHTS);
        damage(model, ArtifactStore.MODEL_WEIGHTS, "ab");

        for (ArtifactStore reader : List.of(store, open())) {
            assertEquals(Optional.of(model), reader.find("run", "model", ArtifactStore.MODEL_WEIGHTS));
            assertEquals(Reason.DAMAGED, notIntact(reader, model).reason());
        }
        store.delete("run", "model");
        assertEquals(Reason.MISSING, notIntact(store, model).reason());
    }

    private static ArtifactException notIntact(ArtifactStore reader, Artifact artifact) {
        return assertThrows(ArtifactException.class, () -> reader.requireIntact(artifact, ArtifactStore.MODEL_WEIGHTS));
    }

    @Test
    void artifactsAreListedByPrefixInOrder() throws IOException {
        for (String name : List.of("raw-000040", "ema-000020", "raw-000020")) {
            store.putFile("run", name, new byte[0]);
        }

        assertEquals(List.of("raw-000020", "raw-000040"), store.list("run", "raw-"));
        assertEquals(3, store.list("run", "").size());
        assertEquals(List.of(), store.list("unknown", ""));
    }

    @Test
    void deletingTakesTheWholeArtifactAndNothingElse() throws IOException {
        putModel("model", "abc");
        putModel("other", "abc");

        store.delete("run", "model");
        store.delete("run", "model");
        assertEquals(List.of("other"), everything());

        store.delete("run", "other");
        assertEquals(List.of(), everything());
    }

    @Test
    void theRoomThatEachRunTakesIsKnown() throws IOException {
        putModel("model", "abc");
        store.putFile("run", "grids/step-20.png", new byte[1000]);
        store.putFile("other", "grid.png", new byte[50]);
        store.putFile("run.2", "grid.png", new byte[7]);

        Map<String, StoredBytes> runs = open().stored();

        assertEquals(Set.of("run", "other", "run.2"), runs.keySet());
        for (String run : runs.keySet()) {
            assertEquals(runs.get(run), store.stored(run), run);
        }
        long own = store.stored("other").bytes() - 50;
        assertTrue(own >= 0 && own < 1000, "what the store keeps of its own is small, was " + own);
        assertTrue(runs.get("run").objects() >= 3 && runs.get("run").bytes() >= 1000 + "index of abcabc".length());
        assertEquals(StoredBytes.NONE, store.stored("unknown"));

        StoredBytes model = store.stored("run", "model");
        StoredBytes grid = store.stored("run", "grids/step-20.png");
        assertTrue(model.bytes() > 0 && grid.bytes() >= 1000, model + " " + grid);
        assertEquals(store.stored("run"), model.plus(grid));
        assertEquals(StoredBytes.NONE, store.stored("run", "grids/step-2"));
    }

    @Test
    void aRunIsDeletedWholeAndNoOther() throws IOException {
        Artifact model = putModel("snapshots/ema/step-20", "abc");
        store.putFile("run", "grid.png", new byte[10]);
        store.putFile("run.2", "grid.png", new byte[10]);
        store.putFile("ru", "grid.png", new byte[10]);

        store.deleteRun("run");
        store.deleteRun("run");

        assertEquals(Set.of("ru", "run.2"), open().stored().keySet());
        assertEquals(List.of(), store.list("run", ""));
        assertEquals(
                Reason.MISSING,
                assertThrows(ArtifactException.class, () -> open().open(model)).reason());
        store.putFile("run", "late.png", new byte[10]);
        store.deleteRun("run");
        assertEquals(StoredBytes.NONE, store.stored("run"));
        assertThrows(IllegalArgumentException.class, () -> store.deleteRun(".."));
    }
}
