package io.saddle.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactStoreTest {

    private static final String ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path root;

    private FileArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FileArtifactStore(root.resolve("store"));
    }

    private Artifact putModel(String name, String weights) throws IOException {
        return store.putFolder("run", name, folder -> writeModel(folder, weights), ArtifactStore.MODEL_WEIGHTS);
    }

    private static void writeModel(Path folder, String weights) throws IOException {
        Files.createDirectory(folder.resolve("unet"));
        Files.writeString(folder.resolve("model_index.json"), "index of " + weights);
        Files.writeString(folder.resolve(ArtifactStore.MODEL_WEIGHTS), weights);
    }

    private List<String> everything() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("store/run"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFolderIsStoredWholeUnderItsNameAndDescribedByItsDigestFile() throws IOException {
        Artifact artifact = putModel("raw-000020", "abc");

        Path folder = root.resolve("store/run/raw-000020");
        assertEquals(new Artifact("file://" + folder, ABC_SHA256, 3L), artifact);
        assertEquals("abc", Files.readString(folder.resolve(ArtifactStore.MODEL_WEIGHTS)));
        assertEquals("index of abc", Files.readString(folder.resolve("model_index.json")));
        assertEquals(folder, store.open(artifact));
        assertEquals(folder, store.verified(artifact));
        assertEquals(List.of("raw-000020"), everything());
    }

    @Test
    void aFileIsStoredUnderItsName() throws IOException {
        byte[] bytes = "abc".getBytes(UTF_8);

        Artifact artifact = store.putFile("run", "grid.png", bytes);

        assertEquals(ABC_SHA256, artifact.getSha256());
        assertEquals(3, artifact.getBytes());
        assertArrayEquals(bytes, Files.readAllBytes(store.verified(artifact)));
        assertEquals(List.of("grid.png"), everything());
    }

    @Test
    void theTargetIsInvisibleUntilTheWriterIsDone() throws IOException {
        store.putFolder(
                "run",
                "model",
                folder -> {
                    writeModel(folder, "abc");
                    assertEquals(List.of(), store.list("run", ""));
                    assertFalse(Files.exists(root.resolve("store/run/model")));
                    assertEquals(root.resolve("store/run"), folder.getParent(), "the same file system as the target");
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
                        folder -> {
                            writeModel(folder, "half");
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
                IOException.class, () -> store.putFolder("run", "model", folder -> {}, ArtifactStore.MODEL_WEIGHTS));

        assertTrue(e.getMessage().endsWith("the writer left no file unet/diffusion_pytorch_model.safetensors"));
        assertEquals(List.of(), everything());
    }

    @Test
    void aSymbolicLinkIsNotStored() throws IOException {
        Path secret = Files.writeString(root.resolve("secret"), "abc");

        for (String link : List.of(ArtifactStore.MODEL_WEIGHTS, "model_index.json")) {
            assertThrows(
                    IOException.class,
                    () -> store.putFolder(
                            "run",
                            "model",
                            folder -> {
                                writeModel(folder, "abc");
                                Files.delete(folder.resolve(link));
                                Files.createSymbolicLink(folder.resolve(link), secret);
                            },
                            ArtifactStore.MODEL_WEIGHTS));
        }
        assertEquals(List.of(), everything());
        assertEquals("abc", Files.readString(secret));
    }

    @Test
    void anArtifactWithAnotherDigestIsReplaced() throws IOException {
        Artifact old = putModel("model", "abc");
        Artifact replacement = putModel("model", "xyz");

        assertEquals("xyz", Files.readString(store.verified(replacement).resolve(ArtifactStore.MODEL_WEIGHTS)));
        assertEquals(Reason.DAMAGED, refusal(old).reason());
        assertEquals(List.of("model"), everything());

        store.putFile("run", "grid", "one".getBytes(UTF_8));
        Artifact grid = store.putFile("run", "grid", "two".getBytes(UTF_8));
        assertEquals("two", Files.readString(store.verified(grid)));
    }

    @Test
    void anArtifactWithTheSameDigestIsKept() throws IOException {
        Artifact first = putModel("model", "abc");
        Path index = root.resolve("store/run/model/model_index.json");
        Files.writeString(index, "mark");

        assertEquals(first, putModel("model", "abc"));

        assertEquals("mark", Files.readString(index), "the first one stands");
        assertEquals(List.of("model"), everything());
    }

    @Test
    void aFolderMayTakeTheNameOfAFile() throws IOException {
        store.putFile("run", "thing", "file".getBytes(UTF_8));
        store.verified(putModel("thing", "abc"));

        assertEquals(List.of("thing"), everything());
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

        assertEquals("file://" + root + "/store/run/snapshots/raw/step-20", artifact.getUri());
        assertEquals(root.resolve("store/run/snapshots/raw/step-20"), store.verified(artifact));
        assertEquals(List.of("snapshots/raw/step-20", "snapshots/raw/step-40"), store.list("run", "snapshots/raw/"));
        assertEquals(List.of("snapshots/raw/step-40"), store.list("run", "snapshots/raw/step-4"));
        assertEquals(List.of(), store.list("run", "checkpoints/"));

        store.delete(artifact);
        assertEquals(List.of("snapshots/raw/step-40"), store.list("run", "snapshots/raw/"));
    }

    private ArtifactException refusal(Artifact artifact) {
        ArtifactException e = assertThrows(ArtifactException.class, () -> store.verified(artifact));
        assertTrue(e.getMessage().contains(artifact.getUri()), e::getMessage);
        return e;
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Files.writeString(root.resolve("store/run/model").resolve(ArtifactStore.MODEL_WEIGHTS), "abd");

        ArtifactException e = refusal(artifact);

        assertEquals(Reason.DAMAGED, e.reason());
        assertTrue(e.getMessage().contains("announced " + ABC_SHA256), e::getMessage);
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        Artifact artifact = store.putFile("run", "grid.png", "abc".getBytes(UTF_8));
        Files.writeString(root.resolve("store/run/grid.png"), "ab");

        ArtifactException e = refusal(artifact);

        assertEquals(Reason.DAMAGED, e.reason());
        assertTrue(e.getMessage().contains("has 2 bytes, announced 3"), e::getMessage);
    }

    @Test
    void whatIsNotThereIsMissing() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Files.delete(root.resolve("store/run/model").resolve(ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Reason.MISSING, refusal(artifact).reason());

        store.delete(artifact);
        assertEquals(Reason.MISSING, refusal(artifact).reason());
        assertEquals(
                Reason.MISSING,
                assertThrows(ArtifactException.class, () -> store.open(artifact))
                        .reason());
    }

    @Test
    void aFolderWithADigestFileOfItsOwnIsVerifiedByThat() throws IOException {
        Artifact artifact = store.putFolder(
                "run", "checkpoint-7", folder -> Files.writeString(folder.resolve("state.bin"), "abc"), "state.bin");

        assertEquals(root.resolve("store/run/checkpoint-7"), store.verified(artifact, "state.bin"));
        assertThrows(IllegalArgumentException.class, () -> store.verified(artifact, "../../../secret"));
    }

    @Test
    void whatIsStoredIsFoundAgainAfterARestart() throws IOException {
        Artifact model = putModel("model", "abc");
        Artifact grid = store.putFile("run", "grid.png", "abc".getBytes(UTF_8));

        FileArtifactStore restarted = new FileArtifactStore(root.resolve("store"));

        assertEquals(Optional.of(model), restarted.find("run", "model", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Optional.of(grid), restarted.find("run", "grid.png", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Optional.empty(), restarted.find("run", "other", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(Optional.empty(), restarted.find("other", "model", ArtifactStore.MODEL_WEIGHTS));
    }

    @Test
    void artifactsAreListedByPrefixInOrder() throws IOException {
        for (String name : List.of("raw-000040", "ema-000020", "raw-000020")) {
            store.putFile("run", name, new byte[0]);
        }
        Files.createDirectory(root.resolve("store/run/.tmp.some.raw-000060"));

        assertEquals(List.of("raw-000020", "raw-000040"), store.list("run", "raw-"));
        assertEquals(3, store.list("run", "").size());
        assertEquals(List.of(), store.list("unknown", ""));
    }

    @Test
    void deletingTakesTheWholeArtifactAndNothingElse() throws IOException {
        Artifact model = putModel("model", "abc");
        putModel("other", "abc");

        store.delete(model);
        store.delete(model);
        assertEquals(List.of("other"), everything());

        store.delete("run", "other");
        assertEquals(List.of(), everything());
    }

    @Test
    void aRootWithCharactersThatUrisEscapeWorks() throws IOException {
        FileArtifactStore odd = new FileArtifactStore(root.resolve("a b%c#d é"));

        Artifact artifact = odd.putFile("run", "x", "abc".getBytes(UTF_8));

        assertEquals("abc", Files.readString(odd.verified(artifact)));
    }
}
