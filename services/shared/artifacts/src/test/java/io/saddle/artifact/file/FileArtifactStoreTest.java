package io.saddle.artifact.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.ArtifactStoreContract;
import io.saddle.artifact.StoredBytes;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileArtifactStoreTest extends ArtifactStoreContract {

    private Path run() {
        return folder.resolve("store/run");
    }

    @Override
    protected ArtifactStore open() throws IOException {
        return new FileArtifactStore(folder.resolve("store"));
    }

    @Override
    protected String root() {
        return "file://" + folder + "/store";
    }

    @Override
    protected List<String> everything() throws IOException {
        try (Stream<Path> files = Files.list(run())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    protected void damage(Artifact artifact, String file, String bytes) throws IOException {
        Files.writeString(store.open(artifact).resolve(file), bytes);
    }

    @Override
    protected int rounds() {
        return 25;
    }

    /** Somebody may be reading it. */
    @Test
    void aFolderOfTheSameFilesIsKept() throws IOException {
        Path weights = store.open(putModel("model", "abc")).resolve(ArtifactStore.MODEL_WEIGHTS);
        Object written =
                Files.readAttributes(weights, BasicFileAttributes.class).fileKey();
        putModel("model", "abc");
        assertEquals(
                written,
                Files.readAttributes(weights, BasicFileAttributes.class).fileKey());
    }

    @Test
    void anArtifactLiesUnderItsName() throws IOException {
        Artifact artifact = putModel("snapshots/raw/step-20", "abc");

        assertEquals(run().resolve("snapshots/raw/step-20"), store.open(artifact));
        assertEquals(run().resolve("snapshots/raw/step-20"), store.verified(artifact));
    }

    @Test
    void itIsWrittenOnTheSameFileSystem() throws IOException {
        store.putFolder(
                "run",
                "model",
                to -> {
                    writeModel(to, "abc");
                    assertFalse(Files.exists(run().resolve("model")));
                    assertEquals(run(), to.getParent());
                },
                ArtifactStore.MODEL_WEIGHTS);
    }

    @Test
    void aModelWithoutItsWeightsIsMissing() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Files.delete(run().resolve("model").resolve(ArtifactStore.MODEL_WEIGHTS));

        assertEquals(Reason.MISSING, refusal(artifact).reason());
    }

    /** A loop of links is what a root user's test meets, too; a broken disk or a folder without rights is refused the same way. */
    @Test
    void whatCannotBeLookedAtIsNotSaidToBeMissing() throws IOException {
        store.putFile("run", "x", new byte[1]);
        Files.createSymbolicLink(run().resolve("loop"), run().resolve("loop"));
        Artifact unseen = new Artifact(root() + "/run/loop/step-1", "00", 1L);

        for (Executable use : List.<Executable>of(
                () -> store.open(unseen),
                () -> store.openPart(unseen, file -> false),
                () -> store.requireIntact(unseen, ArtifactStore.MODEL_WEIGHTS),
                () -> store.find("run", "loop/step-1", ArtifactStore.MODEL_WEIGHTS),
                () -> store.list("run", "loop/steps/"))) {
            assertThrows(FileSystemException.class, use);
        }
    }

    @Test
    void belowAFileThereIsNothing() throws IOException {
        store.putFile("run", "x", new byte[1]);

        assertEquals(
                Reason.MISSING,
                refusal(new Artifact(root() + "/run/x/step-1", "00", 1L)).reason());
        assertEquals(Optional.empty(), store.find("run", "x/step-1", ArtifactStore.MODEL_WEIGHTS));
        assertEquals(List.of(), store.list("run", "x/"));
        assertEquals(List.of(), store.list("run", "x/steps/"));
    }

    @Test
    void aFileThatKeptItsSizeIsNotIntactEither() throws IOException {
        Artifact artifact = putModel("model", "abc");
        damage(artifact, ArtifactStore.MODEL_WEIGHTS, "abd");

        assertEquals(
                Reason.DAMAGED,
                assertThrows(ArtifactException.class, () -> store.requireIntact(artifact, ArtifactStore.MODEL_WEIGHTS))
                        .reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no digest", "\u0000\ufffd"})
    void aFolderOfAnEarlierReleaseOrWhoseDigestCannotBeReadIsFoundAsItLies(String digest) throws IOException {
        Artifact artifact = putModel("model", "abc");
        Path file = run().resolve("model/artifact.sha256");
        if (digest.isEmpty()) {
            Files.delete(file);
        } else {
            Files.writeString(file, digest);
        }

        assertEquals(Optional.of(artifact), store.find("run", "model", ArtifactStore.MODEL_WEIGHTS));
    }

    @Test
    void sha256sumReadsTheDigest() throws Exception {
        putModel("model", "abc");

        Process check = new ProcessBuilder("sha256sum", "--check", "--strict", "artifact.sha256")
                .directory(run().resolve("model").toFile())
                .redirectErrorStream(true)
                .start();

        assertEquals(
                ArtifactStore.MODEL_WEIGHTS + ": OK\n",
                new String(check.getInputStream().readAllBytes(), UTF_8));
    }

    /** What was written into the folder under a volume that had come off was hidden once it was back. */
    @Test
    void nothingIsReadFromOrWrittenToAFolderThatHasTakenTheStoresPlace() throws IOException {
        Artifact kept = putModel("step-1", "abc");
        Path volume = comesOff();

        assertAway(kept, "is gone");
        Files.createDirectory(place());
        assertAway(kept, "is another one than it was when this process started");
        assertEquals(List.of(), List.of(place().toFile().list()));

        Files.delete(place());
        Files.move(volume, place());
        assertEquals("step-1", store.list("run", "").get(0));
        store.requireIntact(kept, ArtifactStore.MODEL_WEIGHTS);
        putModel("step-2", "abc");
    }

    /** A volume that is mounted again may be another device to the system: the same files, in another folder. */
    @Test
    void theStoresFolderUnderAnotherNumberIsTheSame() throws IOException {
        Artifact kept = putModel("step-1", "abc");
        Path volume = comesOff();
        Files.createDirectory(place());
        assertAway(kept, "is another one than it was when this process started");
        try (Stream<Path> files = Files.list(volume)) {
            for (Path file : files.toList()) {
                Files.move(file, place().resolve(file.getFileName()));
            }
        }

        store.requireIntact(kept, ArtifactStore.MODEL_WEIGHTS);
        putModel("step-2", "abc");
        assertEquals(2, open().list("run", "").size(), "for who opens it anew, too");
    }

    private Path place() {
        return folder.resolve("store");
    }

    /** @return where the store's folder is then */
    private Path comesOff() throws IOException {
        return Files.move(place(), folder.resolve("volume"));
    }

    private void assertAway(Artifact kept, String how) {
        for (Executable use : List.<Executable>of(
                () -> putModel("step-2", "abc"),
                () -> store.putFile("run", "grid-1.png", new byte[1]),
                () -> store.open(kept),
                () -> store.requireIntact(kept, ArtifactStore.MODEL_WEIGHTS),
                () -> store.find("run", "step-1", ArtifactStore.MODEL_WEIGHTS),
                () -> store.list("run", ""),
                () -> store.delete("run", "step-1"),
                () -> store.deleteRun("run"),
                () -> store.stored(),
                () -> store.stored("run"),
                () -> store.removeLeftovers())) {
            ArtifactException e = assertThrows(ArtifactException.class, use);
            assertEquals(Reason.UNAVAILABLE, e.reason());
            assertTrue(
                    e.getMessage()
                            .startsWith("the folder of the artifact store, " + folder.resolve("store") + ", " + how),
                    e::getMessage);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"store/blue", "store/blue/green/red"})
    void aStoreInARunsFolderIsNeitherCountedNorDeletedWithIt(String place) throws IOException {
        store.putFile("blue", "grids/step-1.png", new byte[10]);
        store.putFile("run", "grid.png", new byte[10]);
        assertEquals(Optional.empty(), store.storeWithin("blue"));
        FileArtifactStore within = new FileArtifactStore(folder.resolve(place));
        Artifact others = within.putFile("vic", "submitted.txt", new byte[20]);

        assertEquals(Set.of("run"), store.stored().keySet());
        assertEquals(StoredBytes.NONE, store.stored("blue"));
        assertEquals(
                "file://" + folder.resolve(place) + "/",
                store.storeWithin("blue").orElseThrow());
        ArtifactException e = assertThrows(ArtifactException.class, () -> store.deleteRun("blue"));

        assertEquals(Reason.REFUSED, e.reason());
        assertTrue(
                e.getMessage()
                        .contains("is not deleted: another artifact store lies in file://" + folder.resolve(place)),
                e::getMessage);
        within.verified(others);
        assertEquals(List.of("grids/step-1.png"), store.list("blue", "grids/"));
        store.deleteRun("run");
    }

    @Test
    void whatIsBeingWrittenIsNotListed() throws IOException {
        store.putFile("run", "raw-000020", new byte[0]);
        Files.createDirectory(run().resolve(".tmp.some.raw-000060"));

        assertEquals(List.of("raw-000020"), store.list("run", ""));
    }

    @Test
    void aRootWithCharactersThatUrisEscapeWorks() throws IOException {
        FileArtifactStore odd = new FileArtifactStore(folder.resolve("a b%c#d é"));

        Artifact artifact = odd.putFile("run", "x", "abc".getBytes(UTF_8));

        assertEquals("abc", Files.readString(odd.verified(artifact)));
    }
}
