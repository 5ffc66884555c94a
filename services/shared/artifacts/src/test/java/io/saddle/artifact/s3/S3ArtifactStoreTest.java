package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.ArtifactStoreContract;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.FileDigest;
import io.saddle.artifact.StoredBytes;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class S3ArtifactStoreTest extends ArtifactStoreContract {

    /** Times of objects are in whole seconds: so that one written just now counts as old. */
    private static final Duration AT_ONCE = Duration.ofSeconds(-5);

    private S3TestStore bucket;

    @Override
    protected ArtifactStore open() throws IOException {
        if (bucket == null) {
            bucket = new S3TestStore(folder.resolve("cache"));
        }
        return bucket.open(Map.of());
    }

    @Override
    protected String root() {
        return bucket.root().toString();
    }

    @Override
    protected List<String> everything() throws IOException {
        bucket.open(bucket.server().endpoint(), AT_ONCE).removeLeftovers();
        assertEquals(bucket.visibleNames(), bucket.namesWithFiles());
        assertEquals(bucket.visibleNames().size(), bucket.attempts(), "one writer's files for each");
        return bucket.visibleNames().stream()
                .map(name -> name.split("/")[0])
                .distinct()
                .toList();
    }

    @Override
    protected void damage(Artifact artifact, String file, String bytes) throws IOException {
        String name = artifact.getUri().substring((root() + "/run/").length());
        Files.writeString(bucket.server().file(bucket.dataKey("run", name, file.isEmpty() ? name : file)), bytes);
    }

    @Override
    protected int rounds() {
        return 4;
    }

    @Test
    void aManifestNamesTheFilesOfOneWriter() throws IOException {
        putModel("snapshots/raw/step-20", "abc");

        String prefix = bucket.root().prefix();
        S3Manifest manifest = S3Manifest.parse(bucket.objects()
                .small(prefix + "run/snapshots/raw/step-20.manifest")
                .orElseThrow());
        assertEquals(
                List.of(
                        prefix + "_data/run/snapshots/raw/step-20/_" + manifest.attempt() + "/model_index.json",
                        prefix + "_data/run/snapshots/raw/step-20/_" + manifest.attempt() + "/"
                                + ArtifactStore.MODEL_WEIGHTS,
                        prefix + "run/snapshots/raw/step-20.manifest"),
                bucket.keys().stream().sorted().toList());
        assertEquals(new FileDigest(ABC_SHA256, 3), manifest.files().get(ArtifactStore.MODEL_WEIGHTS));
    }

    @Test
    void findingAndListingFetchNothing() throws IOException {
        Artifact artifact = putModel("model", "abc");
        damage(artifact, ArtifactStore.MODEL_WEIGHTS, "abd");

        assertEquals(
                artifact,
                store.find("run", "model", ArtifactStore.MODEL_WEIGHTS).orElseThrow());
        assertEquals(List.of("model"), store.list("run", ""));
        assertEquals(List.of(), List.of(folder.resolve("cache/entries").toFile().list()));
    }

    @Test
    void aManifestWhoseFilesAreGoneIsDamagedAndIsWrittenAnew() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Files.delete(bucket.server().file(bucket.dataKey("run", "model", ArtifactStore.MODEL_WEIGHTS)));

        assertEquals(Reason.DAMAGED, refusal(artifact).reason());

        assertEquals(artifact, putModel("model", "abc"));
        store.verified(artifact);
    }

    @Test
    void anUnreadableManifestIsDamagedAndCanBeDeleted() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Files.writeString(bucket.server().file(bucket.root().prefix() + "run/model.manifest"), "{}");

        assertEquals(Reason.DAMAGED, refusal(artifact).reason());
        store.removeLeftovers();

        store.delete("run", "model");
        assertEquals(List.of(), store.list("run", ""));
        assertEquals(List.of(), everything());
    }

    @Test
    void aCopyThatChangedInTheCacheIsFetchedAgain() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Path weights = store.verified(artifact).resolve(ArtifactStore.MODEL_WEIGHTS);
        Files.writeString(weights, "abd");

        assertEquals("abc", Files.readString(store.open(artifact).resolve(ArtifactStore.MODEL_WEIGHTS)));
    }

    /** What clears temporary folders by age may take a file of it, or the folder within. */
    @Test
    void aCopyOfWhichAPartIsGoneIsFetchedAgain() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Path weights = store.verified(artifact).resolve(ArtifactStore.MODEL_WEIGHTS);
        Files.delete(weights);
        assertEquals("abc", Files.readString(store.verified(artifact).resolve(ArtifactStore.MODEL_WEIGHTS)));

        DurableFiles.deleteTree(store.open(artifact));
        assertEquals("abc", Files.readString(store.verified(artifact).resolve(ArtifactStore.MODEL_WEIGHTS)));
    }

    @Test
    void whatWasReadIsReadFromTheCacheWhileItIsThere() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Path first = store.verified(artifact);
        damage(artifact, ArtifactStore.MODEL_WEIGHTS, "abd");

        assertEquals(first, open().verified(artifact));

        DurableFiles.deleteTree(folder.resolve("cache"));
        assertEquals(Reason.DAMAGED, refusal(artifact).reason());
    }

    @Test
    void ofAFolderTheFileThatIsAskedForIsFetchedAlone() throws IOException {
        store.putFolder(
                "run",
                "data",
                to -> {
                    Files.writeString(to.resolve("images.bin"), "many");
                    Files.writeString(to.resolve("preview.png"), "picture");
                },
                "images.bin");
        Artifact preview = store.find("run", "data", "preview.png").orElseThrow();

        Path file = store.verifiedFile(preview, "preview.png");
        assertEquals("picture", Files.readString(file));
        assertEquals(List.of("preview.png"), List.of(file.getParent().toFile().list()));

        Path whole = store.verified(preview, "preview.png");
        assertEquals("many", Files.readString(whole.resolve("images.bin")));
    }

    @Test
    void ofAFolderOnlyTheWantedFilesAreFetched() throws IOException {
        Artifact artifact = putModel("model", "abc");
        damage(artifact, ArtifactStore.MODEL_WEIGHTS, "abd");

        Path part = store.openPart(artifact, "model_index.json"::equals);
        assertEquals(List.of("model_index.json"), List.of(part.toFile().list()));
        Files.writeString(part.resolve("model_index.json"), "changed");
        assertEquals(part, store.openPart(artifact, "model_index.json"::equals));
        assertEquals("index of abc", Files.readString(part.resolve("model_index.json")));
        assertEquals(Reason.DAMAGED, refusal(artifact).reason());
    }

    @Test
    void aPartIsTakenOfTheWholeWhereThatIsInTheCache() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Path whole = store.open(artifact);
        Files.writeString(whole.resolve(ArtifactStore.MODEL_WEIGHTS), "abd");

        assertEquals(whole, store.openPart(artifact, "model_index.json"::equals));
        Files.writeString(whole.resolve("model_index.json"), "changed");
        store.openPart(artifact, "model_index.json"::equals);
        assertEquals("abc", Files.readString(store.open(artifact).resolve(ArtifactStore.MODEL_WEIGHTS)));
    }

    private List<String> copies() {
        return List.of(folder.resolve("cache/entries").toFile().list());
    }

    @Test
    void whatIsDeletedLeavesNoCopyHereAndWhoHasItOpenReadsOn() throws IOException {
        Artifact artifact = putModel("model", "abc");
        Artifact other = putModel("other", "abc");
        Path part = store.verifiedFile(artifact, ArtifactStore.MODEL_WEIGHTS);
        store.verified(artifact);
        Path kept = store.verified(other);
        try (FileChannel open = FileChannel.open(part)) {
            ByteBuffer mapped = open.map(FileChannel.MapMode.READ_ONLY, 0, 3);
            assertEquals(3, copies().size(), "the whole, a part, and the other's");

            store.delete("run", "model");

            assertEquals(List.of(kept.getParent().getFileName().toString()), copies());
            assertEquals("abc", StandardCharsets.UTF_8.decode(mapped).toString());
        }
        assertEquals(Reason.MISSING, refusal(artifact).reason());
    }

    /** Each was taken for in use for ten minutes, and filled the disk. */
    @Test
    void whatIsReadOnceAndDeletedDoesNotPileUp() throws IOException {
        ArtifactStore small = bucket.open(Map.of("saddle.artifacts.cache.max-size", "1M"));
        int slots = 3;
        int bytes = 400_000;
        for (int round = 0; round < 20; round++) {
            for (int slot = 0; slot < slots; slot++) {
                byte[] state = new byte[bytes];
                state[0] = (byte) round;
                Artifact artifact = small.putFolder(
                        "run", "slots/" + round + "-" + slot, to -> Files.write(to.resolve("state"), state), "state");
                small.verifiedFile(artifact, "state");
            }
            long there = DurableFiles.size(folder.resolve("cache")).bytes();
            assertTrue(there < 2L * slots * bytes, there + " bytes in round " + round);
            for (int slot = 0; slot < slots; slot++) {
                small.delete("run", "slots/" + round + "-" + slot);
            }
        }
        assertEquals(List.of(), copies());
    }

    @Test
    void aReplacedArtifactIsNotTakenForItsReplacement() throws IOException {
        Artifact old = putModel("model", "abc");
        Path before = store.verified(old);
        Path after = store.verified(putModel("model", "xyz"));

        assertNotEquals(before, after);
        assertEquals(
                "abc", Files.readString(before.resolve(ArtifactStore.MODEL_WEIGHTS)), "whoever reads it still may");
    }

    /** A run of the name that the other store's prefix ends with took the whole store with it. */
    @Test
    void aStoreBelowARunsNameIsNeitherCountedNorDeletedWithIt() throws IOException {
        store.putFile("blue", "grids/step-1.png", new byte[10]);
        ArtifactStore below = bucket.below("blue").open(Map.of());
        ArtifactStore deeper = bucket.below("blue/green").open(Map.of());
        List<Artifact> others = List.of(
                below.putFile("vic", "submitted.txt", new byte[20]),
                below.putFile("vic", "snapshots/ema/step-1", new byte[30]),
                deeper.putFile("vic", "grid.png", new byte[40]));
        Map<String, StoredBytes> there = below.stored();
        assertEquals(Set.of("vic"), there.keySet());

        assertEquals(Set.of("blue"), store.stored().keySet());
        assertEquals(2, store.stored("blue").objects(), "a file and its manifest");
        assertEquals(store.stored("blue"), store.stored().get("blue"));
        assertEquals(Optional.empty(), store.storeWithin("blue"));
        store.deleteRun("blue");

        assertEquals(Map.of(), store.stored());
        assertEquals(List.of(), store.list("blue", "grids/"));
        assertEquals(there, below.stored());
        below.verified(others.get(0));
        below.verified(others.get(1));
        deeper.verified(others.get(2));
    }

    /** To the store below the other's run is a folder of manifests, which could be those of a run of its own. */
    @Test
    void theManifestsOfAStoreAboveAreNeitherCountedNorDeleted() throws IOException {
        Artifact above = store.putFile("blue", "checkpoints/step-1", new byte[10]);
        ArtifactStore below = bucket.below("blue").open(Map.of());
        below.putFile("checkpoints", "grids/step-1.png", new byte[10]);

        assertEquals(2, below.stored("checkpoints").objects());
        below.deleteRun("checkpoints");

        assertEquals(Map.of(), below.stored());
        store.verified(above);
        assertEquals(List.of("checkpoints/step-1"), store.list("blue", "checkpoints/"));
    }

    @Test
    void whatTheStoreDidNotWriteIsNotItsToDelete() throws IOException {
        store.putFile("run", "grid.png", new byte[10]);
        String foreign = bucket.root().prefix() + "run/notes.txt";
        new S3Upload(bucket.objects(), S3TestStore.PART_BYTES).put(foreign, new byte[] {1}, "text/plain");
        assertEquals(2, store.stored("run").objects());

        store.deleteRun("run");

        assertEquals(List.of(foreign), bucket.keys());
    }

    @Test
    void anotherPrefixOfTheBucketIsRefused() throws IOException {
        S3TestStore other = new S3TestStore(folder.resolve("other"));
        Artifact foreign = other.open(Map.of()).putFile("run", "x", new byte[1]);

        assertEquals(Reason.REFUSED, refusal(foreign).reason());
        assertTrue(other.visibleNames().contains("x"));
    }
}
