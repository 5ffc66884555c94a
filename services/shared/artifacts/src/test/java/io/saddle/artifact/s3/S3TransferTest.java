package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.server.CuttingProxy;
import io.saddle.artifact.server.S3Server;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Files of several parts over a connection that breaks. */
class S3TransferTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final int FOR_GOOD = Integer.MAX_VALUE;
    /** More connections than one call of the SDK's tries. */
    private static final int MANY = 10;

    private static final String WEIGHTS = "weights";
    private static final byte[] LARGE = random(12 * MEBIBYTE + 7);

    @TempDir
    private Path folder;

    private S3TestStore bucket;
    private CuttingProxy proxy;
    private S3ArtifactStore store;

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void open() throws IOException {
        bucket = new S3TestStore(folder.resolve("cache"));
        proxy = new CuttingProxy(bucket.server().port());
        store = bucket.open(proxy.endpoint(), ArtifactStore.LEFTOVER_AGE);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private Artifact putLarge() throws IOException {
        return store.putFolder("run", "model", to -> Files.write(to.resolve(WEIGHTS), LARGE), WEIGHTS);
    }

    private byte[] readLarge(Artifact artifact) throws IOException {
        return Files.readAllBytes(store.verified(artifact, WEIGHTS).resolve(WEIGHTS));
    }

    private String tag() throws IOException {
        String key = bucket.dataKey("run", "model", WEIGHTS);
        return bucket.objects()
                .client()
                .headObject(head -> head.bucket(S3Server.BUCKET).key(key))
                .eTag();
    }

    private void assertNothingIsThere() throws IOException {
        assertEquals(List.of(), bucket.keys());
        assertEquals(List.of(), bucket.objects().unfinished(bucket.root().prefix()));
        assertEquals(List.of(), local("partial"));
    }

    private List<String> local(String within) {
        return List.of(folder.resolve("cache").resolve(within).toFile().list());
    }

    @Test
    void aLargeFileGoesUpInPartsAndComesBack() throws IOException {
        Artifact artifact = putLarge();

        assertTrue(tag().endsWith("-3\""), "an object of three parts: " + tag());
        assertArrayEquals(LARGE, readLarge(artifact));
        assertEquals(List.of(), bucket.objects().unfinished(bucket.root().prefix()));
        assertEquals(List.of(), local("partial"));
    }

    @Test
    void aPartIsTriedAgainByItself() throws IOException {
        proxy.up().cutEvery(7 * MEBIBYTE, 1);

        Artifact artifact = putLarge();

        assertEquals(0, proxy.up().cutsLeft());
        assertTrue(
                proxy.up().passed() < LARGE.length + 3 * MEBIBYTE,
                "sent: " + proxy.up().passed());
        assertArrayEquals(LARGE, readLarge(artifact));
    }

    /** Half a second of refused connections threw away all that had gone up, of the files before, too. */
    @Test
    void anUploadGoesOnWhereTheServerWasAwayForAMoment() throws IOException {
        proxy.up().whenCut(() -> proxy.turnAway(MANY));
        proxy.up().cutEvery(7 * MEBIBYTE, 1);

        Artifact artifact = putLarge();

        assertEquals(0, proxy.turnedAwayLeft());
        assertTrue(
                proxy.up().passed() < LARGE.length + 3 * MEBIBYTE,
                "sent: " + proxy.up().passed());
        assertArrayEquals(LARGE, readLarge(artifact));
    }

    private void waitNoLonger() throws IOException {
        S3Patience usual = S3Patience.USUAL;
        store = bucket.open(
                proxy.endpoint(),
                new S3Patience(
                        usual.answer(), usual.call(), Duration.ZERO, usual.completion(), usual.bytesPerSecond()));
    }

    @Test
    void anUploadThatIsCutForGoodLeavesNothingAndTheNextOneSucceeds() throws IOException {
        waitNoLonger();
        proxy.up().cutEvery(MEBIBYTE, FOR_GOOD);

        ArtifactException e = assertThrows(ArtifactException.class, this::putLarge);

        assertEquals(Reason.UNAVAILABLE, e.reason());
        assertTrue(
                e.getMessage().startsWith("writing part 1 of " + bucket.root().dataPrefix()), e::getMessage);
        assertEquals(List.of(), store.list("run", ""));
        assertNothingIsThere();
        proxy.up().cutEvery(0, 0);
        assertArrayEquals(LARGE, readLarge(putLarge()));
    }

    /** The larger one fills what the system holds for a socket: the client waits to write then, rather than to read. */
    @ParameterizedTest
    @ValueSource(ints = {9, 12 * MEBIBYTE})
    @Timeout(60)
    void anUploadThatStandsStillIsGivenUp(int bytes) throws IOException {
        S3Patience little = new S3Patience(
                Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ZERO, Duration.ofSeconds(2), 64L * MEBIBYTE);
        S3Upload upload = new S3Upload(bucket.objects(proxy.endpoint(), little), S3TestStore.PART_BYTES);
        proxy.up().stand(true);

        ArtifactException e =
                assertThrows(ArtifactException.class, () -> upload.put("key", new byte[bytes], "text/plain"));

        assertEquals(Reason.UNAVAILABLE, e.reason());
        assertTrue(e.getMessage().contains("the server did not answer in time"), e::getMessage);
        proxy.up().stand(false);
    }

    /** A part of 16 MiB was waited for until a connection of 0.5 Mbit/s would have had it through: four and a half minutes. */
    @Test
    @Timeout(60)
    void anUploadOfWhichNothingGoesOutIsGivenUpLongBeforeASlowOneWouldBeThrough() throws IOException {
        S3Upload upload = new S3Upload(bucket.objects(proxy.endpoint(), Duration.ofSeconds(1)), S3TestStore.PART_BYTES);
        proxy.up().stand(true);

        ArtifactException e = assertThrows(ArtifactException.class, () -> upload.put("key", LARGE, "text/plain"));

        assertEquals(Reason.UNAVAILABLE, e.reason());
        assertTrue(
                e.getMessage()
                        .contains("the server did not answer in time"
                                + " (SocketTimeoutException: nothing more of it went out for 1 s)"),
                e::getMessage);
        proxy.up().stand(false);
        upload.put("key", LARGE, "text/plain");
    }

    @Test
    void aBusyServerIsAskedAgainForEachPart() throws IOException {
        SdkException busy = S3Exception.builder().statusCode(503).build();
        Iterator<Optional<SdkException>> turned = Stream.iterate(0, i -> i + 1)
                .map(i -> i % 4 == 3 ? Optional.<SdkException>empty() : Optional.of(busy))
                .iterator();
        S3ArtifactStore throttled = bucket.open(bucket.failing("uploadPart", turned::next), Duration.ofHours(1));

        Artifact artifact = throttled.putFile("run", "large", LARGE);

        assertArrayEquals(LARGE, Files.readAllBytes(store.open(artifact)));
    }

    @Test
    void aServerThatRefusesIsNotAskedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        SdkException denied = S3Exception.builder().statusCode(403).build();
        S3ArtifactStore refused = bucket.open(
                bucket.failing("uploadPart", () -> {
                    asked.incrementAndGet();
                    return Optional.of(denied);
                }),
                Duration.ofHours(1));

        assertThrows(ArtifactException.class, () -> refused.putFile("run", "large", LARGE));

        assertEquals(1, asked.get());
    }

    @Test
    void aReplacementThatIsCutLeavesTheOldOne() throws IOException {
        waitNoLonger();
        Artifact old = store.putFolder("run", "model", to -> Files.writeString(to.resolve(WEIGHTS), "abc"), WEIGHTS);
        proxy.up().cutEvery(MEBIBYTE, FOR_GOOD);
        assertThrows(ArtifactException.class, this::putLarge);
        proxy.up().cutEvery(0, 0);

        assertEquals("abc", Files.readString(store.verified(old, WEIGHTS).resolve(WEIGHTS)));
    }

    @Test
    void whatIsDamagedOnTheWayUpIsRefusedByTheServer() throws IOException {
        proxy.up().damageEvery(3 * MEBIBYTE);

        assertThrows(ArtifactException.class, this::putLarge);

        assertNothingIsThere();
    }

    @Test
    void aDownloadGoesOnWhereItWasCut() throws IOException {
        Artifact artifact = putLarge();
        proxy.down().cutEvery(5 * MEBIBYTE, 2);
        long before = proxy.down().passed();

        assertArrayEquals(LARGE, readLarge(artifact));

        long served = proxy.down().passed() - before;
        assertEquals(0, proxy.down().cutsLeft());
        assertTrue(served < LARGE.length + MEBIBYTE, "not begun again: " + served + " bytes came");
    }

    @Test
    void aDownloadGoesOnWhereTheServerWasAwayForAMoment() throws IOException {
        Artifact artifact = putLarge();
        proxy.down().whenCut(() -> proxy.turnAway(MANY));
        proxy.down().cutEvery(5 * MEBIBYTE, 1);
        long before = proxy.down().passed();

        assertArrayEquals(LARGE, readLarge(artifact));

        long served = proxy.down().passed() - before;
        assertEquals(0, proxy.turnedAwayLeft());
        assertTrue(served < LARGE.length + MEBIBYTE, "not begun again: " + served + " bytes came");
    }

    @Test
    void aDownloadThatNeverComesLeavesNothingBehind() throws IOException {
        Artifact artifact = putLarge();
        proxy.down().cutEvery(100, FOR_GOOD);

        ArtifactException e = assertThrows(ArtifactException.class, () -> readLarge(artifact));

        assertEquals(Reason.UNAVAILABLE, e.reason());
        assertEquals(List.of(), local("partial"));
        assertEquals(List.of(), local("entries"));
    }

    @Test
    void anAnswerThatIsCutIsNotTakenForAnEmptyOne() throws IOException {
        putLarge();
        for (int bytes : new int[] {20, 100, 250, 400}) {
            proxy.down().cutEvery(bytes, FOR_GOOD);
            assertThrows(ArtifactException.class, () -> store.list("run", ""));
            assertThrows(ArtifactException.class, () -> store.find("run", "model", WEIGHTS));
        }
    }

    /** An import that had ended well was said to have failed. */
    @Test
    void anAnswerThatIsCutOnceIsAskedForAgain() throws IOException {
        Artifact artifact = putLarge();
        for (int bytes : new int[] {20, 100, 250, 400}) {
            proxy.down().cutEvery(bytes, 1);
            assertEquals(List.of("model"), store.list("run", ""));
            proxy.down().cutEvery(bytes, 1);
            assertEquals(Optional.of(artifact), store.find("run", "model", WEIGHTS));
        }
    }

    @Test
    void anObjectThatBecameAnotherIsNotPatchedTogether() throws IOException {
        Artifact artifact = putLarge();
        Path object = bucket.server().file(bucket.dataKey("run", "model", WEIGHTS));
        proxy.down().whenCut(() -> write(object, new byte[LARGE.length]));
        proxy.down().cutEvery(5 * MEBIBYTE, 1);

        ArtifactException e = assertThrows(ArtifactException.class, () -> readLarge(artifact));

        assertEquals(Reason.DAMAGED, e.reason());
        assertEquals(0, proxy.down().cutsLeft());
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoReadsWhileItIsReplacedReadsOneOrTheOther() throws Exception {
        Artifact artifact = putBoth(0);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= 40; i++) {
                putBoth(i);
            }
        });
        int read = 0;
        while (!writer.isDone() || read == 0) {
            S3ArtifactStore reader = bucket.open(
                    bucket.server().endpoint(), ArtifactStore.LEFTOVER_AGE, folder.resolve("reader-" + read++));
            Path model = reader.open(artifact);
            assertEquals(Files.readString(model.resolve("copy")), Files.readString(model.resolve(WEIGHTS)));
        }
        writer.get();
        assertTrue(read > 3, read + " times");
    }

    private Artifact putBoth(int content) {
        try {
            return store.putFolder(
                    "run",
                    "both",
                    to -> {
                        Files.writeString(to.resolve(WEIGHTS), "" + content);
                        Files.writeString(to.resolve("copy"), "" + content);
                    },
                    WEIGHTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody else's clean-up looks at when a staged file was touched last. */
    @Test
    void aFileThatGoesUpIsInUse() throws IOException {
        Path file = Files.write(folder.resolve(WEIGHTS), LARGE);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        new S3Upload(bucket.objects(), S3TestStore.PART_BYTES).put("staged", file);
        assertFalse(Files.getLastModifiedTime(file).toInstant().isBefore(begin));
    }

    @Test
    void partsGrowWithTheFileSoThatThereAreNeverTooMany() {
        assertEquals(S3Upload.PART_BYTES, S3Upload.partBytes(1, S3Upload.PART_BYTES));
        assertEquals(S3Upload.PART_BYTES, S3Upload.partBytes(160_000L << 20, S3Upload.PART_BYTES));
        long large = 1L << 40;
        long part = S3Upload.partBytes(large, S3Upload.PART_BYTES);
        assertTrue((large + part - 1) / part <= 10_000, part + " bytes");
    }
}
