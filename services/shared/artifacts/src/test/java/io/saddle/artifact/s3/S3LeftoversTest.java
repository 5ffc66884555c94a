package io.saddle.artifact.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.artifact.s3.S3Objects.Inventory;
import io.saddle.artifact.s3.S3Objects.Unfinished;
import io.saddle.artifact.s3.S3Objects.Written;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** What writers that died have left in a bucket. */
class S3LeftoversTest {

    private static final S3Root ROOT = new S3Root("b", "p/");
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private S3TestStore bucket;
    private S3ArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        bucket = new S3TestStore(folder.resolve("cache"));
        store = bucket.open(bucket.server().endpoint(), HOUR);
    }

    private static Written written(String key, int minutesAgo) {
        return new Written(key, NOW.minus(Duration.ofMinutes(minutesAgo)), 1);
    }

    private static S3Leftovers leftovers(List<Unfinished> unfinished, Written... objects) {
        return S3Leftovers.of(ROOT, new Inventory(List.of(objects), NOW), unfinished, HOUR);
    }

    private static S3Attempt attempt(String name, String id) {
        return new S3Attempt(new S3Location(ROOT, "run", name), id);
    }

    @Test
    void whatNoManifestNamesAndNobodyTouchesIsLeftOver() {
        S3Leftovers found = leftovers(
                List.of(),
                written("p/_data/run/g/dead/_1/a", 90),
                written("p/_data/run/g/dead/_1/sub/b", 80),
                written("p/_data/run/g/alive/_2/a", 90),
                written("p/_data/run/g/alive/_2/b", 50),
                written("p/_data/run/g/kept/_3/a", 90),
                written("p/run/g/kept.manifest", 90),
                written("p/foreign", 90),
                written("p/_data/foreign", 90));

        assertEquals(
                Map.of(attempt("g/dead", "1"), List.of("p/_data/run/g/dead/_1/a", "p/_data/run/g/dead/_1/sub/b")),
                found.attempts());
    }

    @Test
    void ofSeveralAttemptsTheManifestHasToTell() {
        S3Leftovers found = leftovers(
                List.of(),
                written("p/_data/run/model/_1/a", 90),
                written("p/_data/run/model/_2/a", 80),
                written("p/_data/run/model/_3/a", 10),
                written("p/run/model.manifest", 80));

        assertEquals(
                Set.of(attempt("model", "1"), attempt("model", "2")),
                found.attempts().keySet());
    }

    @Test
    void aSlowUploadKeepsItsAttemptAlive() {
        String key = "p/_data/run/model/_1/weights";
        Written early = written("p/_data/run/model/_1/config", 90);
        Unfinished slow = new Unfinished(key, "u1", NOW.minusSeconds(60));
        Unfinished dead = new Unfinished(key, "u2", NOW.minus(HOUR).minusSeconds(1));
        Unfinished foreign = new Unfinished("p/other", "u3", NOW.minus(Duration.ofDays(9)));

        assertEquals(Map.of(), leftovers(List.of(slow, foreign), early).attempts());
        assertEquals(List.of(), leftovers(List.of(slow, foreign), early).uploads());
        assertEquals(List.of(dead), leftovers(List.of(dead), early).uploads());
        assertEquals(1, leftovers(List.of(dead), early).attempts().size());
    }

    private void age(String key) throws IOException {
        Files.setLastModifiedTime(
                bucket.server().file(key),
                FileTime.from(Instant.now().minus(HOUR).minusSeconds(60)));
    }

    @Test
    void whatADeadWriterLeftIsRemovedAndTheRestStays() throws IOException {
        Artifact kept = store.putFile("run", "kept", "abc".getBytes(UTF_8));
        S3Upload upload = new S3Upload(bucket.objects(), S3TestStore.PART_BYTES);
        S3Root root = bucket.root();
        String beside = new S3Attempt(new S3Location(root, "run", "kept"), "0a").key("kept");
        String dead = new S3Attempt(new S3Location(root, "run", "g/dead"), "0b").key("weights");
        String alive = new S3Attempt(new S3Location(root, "run", "g/alive"), "0c").key("weights");
        for (String key : List.of(beside, dead, alive)) {
            upload.put(key, new byte[] {1}, "application/octet-stream");
        }
        for (String key : bucket.keys()) {
            if (!key.equals(alive)) {
                age(key);
            }
        }

        store.removeLeftovers();

        assertEquals(Set.of("g/alive", "kept"), bucket.namesWithFiles());
        assertEquals(2, bucket.attempts());
        store.verified(kept);
    }

    @Test
    void anUnfinishedUploadIsGivenUpOnceItIsOld() throws IOException {
        S3Objects objects = bucket.objects();
        String key = new S3Attempt(new S3Location(bucket.root(), "run", "model"), "0a").key("weights");
        objects.client()
                .createMultipartUpload(create -> create.bucket(objects.bucket()).key(key));

        store.removeLeftovers();
        assertEquals(1, objects.unfinished(bucket.root().prefix()).size());

        bucket.open(bucket.server().endpoint(), Duration.ofSeconds(-5)).removeLeftovers();
        assertEquals(List.of(), objects.unfinished(bucket.root().prefix()));
    }

    /** Two trainers that start together give up the same ones: one of them could not start. */
    @Test
    void anUploadThatAnotherHasGivenUpIsGivenUp() throws IOException {
        S3Objects objects = bucket.objects();
        String id = objects.client()
                .createMultipartUpload(create -> create.bucket(objects.bucket()).key("key"))
                .uploadId();
        objects.abort("key", id);
        objects.abort("key", id);
        assertEquals(List.of(), objects.unfinished(bucket.root().prefix()));
    }

    /** A store whose server fails to say which parts of an upload are there. */
    private S3ArtifactStore withoutParts(SdkException failure) throws IOException {
        S3Client client = bucket.failing("listParts", () -> Optional.of(failure));
        return bucket.open(client, HOUR);
    }

    /** What a writer has put up over an hour ago; it is at a larger file of the same attempt since. */
    private String ofAnUploadThatGoesOn() throws IOException {
        S3Attempt attempt = new S3Attempt(new S3Location(bucket.root(), "run", "state"), "0a");
        S3Objects objects = bucket.objects();
        new S3Upload(objects, S3TestStore.PART_BYTES)
                .put(attempt.key("read.json"), new byte[] {1}, "application/octet-stream");
        age(attempt.key("read.json"));
        objects.client()
                .createMultipartUpload(create -> create.bucket(objects.bucket()).key(attempt.key("state.safetensors")));
        return attempt.key("read.json");
    }

    @Test
    void whereUploadsCannotBeListedNoAttemptCountsAsAbandoned() throws IOException {
        String key = ofAnUploadThatGoesOn();

        withoutParts(SdkClientException.create("no answer in time")).removeLeftovers();

        assertEquals(List.of(key), bucket.keys());
    }

    @Test
    void anUploadThatEndsWhileTheyAreListedIsLeftOut() throws IOException {
        ofAnUploadThatGoesOn();

        withoutParts(NoSuchUploadException.builder().message("it is complete").build())
                .removeLeftovers();

        assertEquals(List.of(), bucket.keys(), "no other upload is of this attempt");
    }

    @Test
    void whatACrashedProcessLeftOnThisMachineIsRemoved() throws IOException {
        Path partial = Files.createDirectories(folder.resolve("cache/partial/crashed"));
        Path fresh = Files.createDirectories(folder.resolve("cache/partial/fresh"));
        Files.setLastModifiedTime(partial, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        store.removeLeftovers();

        assertEquals(List.of("fresh"), List.of(fresh.getParent().toFile().list()));
    }
}
