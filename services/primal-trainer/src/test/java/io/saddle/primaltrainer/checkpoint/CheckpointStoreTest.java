package io.saddle.primaltrainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.FileDigest;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.StepFolder;
import io.saddle.run.dual.JudgedModels;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

    @TempDir
    Path root;

    private final List<String> damaged = new ArrayList<>();
    private ArtifactStore artifacts;

    @BeforeEach
    void open() throws IOException {
        artifacts = new FileArtifactStore(root);
    }

    private CheckpointStore store(int keep) {
        return owned(7, keep);
    }

    private CheckpointStore owned(long owner, int keep) {
        return new CheckpointStore(artifacts, "r", owner, keep);
    }

    private static void keep(CheckpointStore store, long step) throws IOException {
        store.write(checkpoint(step));
        store.prune(Set.of());
    }

    private static float[] floats(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            values[i] = Float.isNaN(value) ? -0f : value;
        }
        return values;
    }

    private static final ReadPosition READ = new ReadPosition(
            Map.of("saddle.multipliers", 1L << 40),
            Map.of("saddle.multipliers", "an id"),
            new ReadPosition.Past(
                    Map.of("a", 20L),
                    new JudgedModels.State(
                            4,
                            Map.of("a", Double.POSITIVE_INFINITY),
                            new TreeMap<>(Map.of(20L, 0.1 + 0.2, 40L, 0.0)),
                            Map.of("small-cnn", new TreeMap<>(Map.of(30L, 81.5))),
                            "small-cnn"),
                    Map.of("a", new ReadPosition.Estimate(40, 3, "denoising-loss"))));

    private static Checkpoint checkpoint(long step) {
        return new Checkpoint(
                new ModelState(
                        HostVector.of(floats(step)),
                        HostVector.of(floats(step + 1)),
                        HostVector.of(floats(step + 2)),
                        HostVector.of(floats(step + 3)),
                        step),
                step / 20,
                Map.of("objective", LossWindow.EMPTY.plus(3, 0.1 + 0.2).plus(5, 1e-300)),
                List.of(
                        new DualPoint(step - 20, 4, Map.of()),
                        new DualPoint(step, 5, Map.of("a", LossWindow.EMPTY.plus(3, 0.1)))
                                .with("b/b", new LossProbeResult(2, new LossEstimateResult(0.1 + 0.2, Double.NaN, 1)))),
                Map.of("a", new Checkpoint.AppliedMultiplier(0.1 + 0.7, 3)),
                READ,
                new Checkpoint.RandomPosition(Long.MIN_VALUE, step + 1),
                Precision.BF16);
    }

    private Optional<Checkpoint> newest(CheckpointStore store) throws IOException {
        return store.newest((name, wrong) -> damaged.add(name + ": " + wrong));
    }

    private long newestStep(CheckpointStore store) throws IOException {
        return newest(store).orElseThrow().state().step();
    }

    private Path file(long step, String name) {
        return root.resolve("r/checkpoints/step-%010d-owner-%012d".formatted(step, 7))
                .resolve(name);
    }

    /** Step and owner of each. */
    private List<String> kept() throws IOException {
        return artifacts.list("r", "checkpoints/").stream()
                .map(name -> StepFolder.of(name).orElseThrow())
                .map(folder -> folder.step() + " of " + folder.owner())
                .toList();
    }

    private static void flipAByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 10] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void aCheckpointComesBackBitForBit() throws IOException {
        Checkpoint written = checkpoint(40);
        store(3).write(written);

        Checkpoint read = newest(store(3)).orElseThrow();

        assertArrayEquals(
                bits(written.state().weights().toFloats()),
                bits(read.state().weights().toFloats()));
        assertArrayEquals(
                bits(written.state().adamMean().toFloats()),
                bits(read.state().adamMean().toFloats()));
        assertArrayEquals(
                bits(written.state().adamVariance().toFloats()),
                bits(read.state().adamVariance().toFloats()));
        assertArrayEquals(
                bits(written.state().ema().toFloats()), bits(read.state().ema().toFloats()));
        assertEquals(40, read.state().step());
        assertEquals(2, read.dualStep());
        assertEquals(written.windows(), read.windows());
        assertEquals(written.dualPoints(), read.dualPoints());
        assertEquals(written.multipliers(), read.multipliers());
        assertEquals(written.read(), read.read());
        assertEquals(written.random(), read.random());
        assertEquals(Precision.BF16, read.precision());
        assertEquals(List.of(), damaged);
    }

    @Test
    void theAverageIsToBeHadAlone() throws IOException {
        Checkpoint written = checkpoint(40);
        store(3).write(written);
        KeptAverage average =
                store(3).newestAverage((name, wrong) -> damaged.add(name)).orElseThrow();
        try (HostVector weights = average.weights()) {
            assertArrayEquals(bits(written.state().ema().toFloats()), bits(weights.toFloats()));
        }
        assertEquals(40, average.step());
        assertEquals(2, average.dualStep());
        assertEquals(List.of(), damaged);
    }

    /** A build that knows no such choice must be able to go on with a run that has made none. */
    @Test
    void aPrecisionThatNobodyChoseIsNotInTheManifest() throws IOException {
        store(3).write(checkpoint(40).in(null));

        assertNull(newest(store(3)).orElseThrow().precision());
        assertFalse(Files.readString(file(40, "manifest.json")).contains("precision"));
    }

    @Test
    void aBuildThatKnowsNoProbesFindsTheManifestAsItWas() throws IOException {
        store(3).write(checkpoint(40));

        assertFalse(Files.readString(file(40, "manifest.json")).contains("probes"));
        Files.delete(file(40, "probes.json"));
        assertEquals(
                checkpoint(40).dualPoints().stream()
                        .map(point -> point.with(Map.of()))
                        .toList(),
                newest(store(3)).orElseThrow().dualPoints());
        assertEquals(List.of(), damaged, "the checkpoint itself is sound");
    }

    @Test
    void whatWasReadBeforeIsReadAgainWhereItsFileIsMissingOrDamaged() throws IOException {
        store(3).write(checkpoint(40));
        flipAByte(file(40, "read.json"));
        assertNull(newest(store(3)).orElseThrow().read().past());

        Files.delete(file(40, "read.json"));
        ReadPosition read = newest(store(3)).orElseThrow().read();

        assertNull(read.past(), "as of a build that writes none");
        assertEquals(READ.offsets(), read.offsets());
        assertEquals(List.of(), damaged, "the checkpoint itself is sound");
    }

    /** A build that knows no such file goes on from the checkpoint too. */
    @Test
    void whatWasReadBeforeIsNotInTheManifest() throws IOException {
        store(3).write(checkpoint(40));
        assertFalse(Files.readString(file(40, "manifest.json")).contains("denoising-loss"));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void aRunWithoutACheckpointHasNone() throws IOException {
        assertEquals(Optional.empty(), newest(store(3)));
    }

    @Test
    void theNewestIsTakenAndOnlySoManyAreKept() throws IOException {
        for (long step : new long[] {20, 40, 60, 10_000_000}) {
            keep(store(2), step);
        }
        assertEquals(10_000_000, newestStep(store(2)));
        assertEquals(List.of("60 of 7", "10000000 of 7"), kept());
    }

    @Test
    void anotherRunsCheckpointsAreLeftAlone() throws IOException {
        keep(new CheckpointStore(artifacts, "other", 7, 1), 20);
        keep(store(1), 40);
        assertEquals(1, artifacts.list("other", "checkpoints/").size());
        assertEquals(40, newestStep(store(1)));
    }

    @Test
    void aDamagedStateIsReportedAndTheOneBeforeIsTaken() throws IOException {
        store(3).write(checkpoint(20));
        store(3).write(checkpoint(40));
        flipAByte(file(40, "state.safetensors"));

        assertEquals(20, newestStep(store(3)));
        assertEquals(1, damaged.size());
        assertTrue(damaged.get(0).startsWith("checkpoints/step-0000000040-owner-000000000007: "), damaged.get(0));
        assertTrue(damaged.get(0).contains("sha256"), damaged.get(0));
    }

    /** A digit of a dual step, of which no other number depends: the run went on with another vector. */
    @Test
    void aChangedDigitInTheManifestIsReportedAndTheOneBeforeIsTaken() throws IOException {
        store(3).write(checkpoint(20));
        store(3).write(checkpoint(40));
        Path manifest = file(40, "manifest.json");
        String content = Files.readString(manifest);
        Files.writeString(manifest, content.replaceFirst("\"dualStep\":(\\d)", "\"dualStep\":9"));
        assertNotEquals(content, Files.readString(manifest));

        assertEquals(20, newestStep(store(3)));
        assertEquals(1, damaged.size());
        assertTrue(damaged.get(0).contains("manifest.json: sha256 is "), damaged.get(0));
    }

    @Test
    void aManifestOfABuildBeforeHasNoDigestAndIsRead() throws IOException {
        store(3).write(checkpoint(40));
        Files.delete(file(40, "manifest.sha256"));
        assertEquals(40, newestStep(store(3)));
        assertEquals(List.of(), damaged);
    }

    private interface Call {
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private static ArtifactStore storeThat(Call call) {
        return (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> call.answer(method, arguments));
    }

    @Test
    void anOlderOneIsNotTakenWhenTheStoreCannotBeReached() throws IOException {
        store(3).write(checkpoint(20));
        store(3).write(checkpoint(40));
        ArtifactStore sound = artifacts;
        ArtifactException away = new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the server is away");
        artifacts = storeThat((method, arguments) -> {
            if (method.getName().equals("find")) {
                throw away;
            }
            return method.invoke(sound, arguments);
        });

        assertSame(away, assertThrows(ArtifactException.class, () -> newest(store(3))));
        assertEquals(List.of(), damaged);
    }

    /** As where no more files can be opened: the steps since the one before were done again, with other multipliers. */
    @Test
    void anOlderOneIsNotTakenForAFaultThatSaysNothingOfTheNewest() throws IOException {
        store(3).write(checkpoint(20));
        store(3).write(checkpoint(40));
        Path manifest = file(40, "manifest.json");
        byte[] content = Files.readAllBytes(manifest);
        Files.delete(manifest);
        Files.createSymbolicLink(manifest, manifest);

        assertThrows(FileSystemException.class, () -> newest(store(3)));

        assertEquals(List.of(), damaged);
        Files.delete(manifest);
        Files.write(manifest, content);
        assertEquals(40, newestStep(store(3)));
    }

    @Test
    void aLocalCopyThatIsClearedAwayBeforeItIsLookedIntoIsFetchedAgain() throws IOException {
        store(3).write(checkpoint(20));
        store(3).write(checkpoint(40));
        ArtifactStore sound = artifacts;
        AtomicInteger fetched = new AtomicInteger();
        artifacts = storeThat((method, arguments) -> method.getName().equals("open") && fetched.incrementAndGet() == 1
                ? root.resolve("cleared away")
                : method.invoke(sound, arguments));

        assertEquals(40, newestStep(store(3)));

        assertEquals(2, fetched.get());
        assertEquals(List.of(), damaged);
    }

    @Test
    void whateverIsMissingOrUnreadableMakesACheckpointDamaged() throws IOException {
        for (long step : new long[] {20, 40, 60, 80, 100}) {
            keep(store(9), step);
        }
        Files.delete(file(100, "manifest.json"));
        Files.writeString(file(80, "manifest.json"), "{\"format\": 1, ");
        Files.delete(file(60, "state.safetensors"));
        Files.writeString(
                file(40, "manifest.json"),
                Files.readString(file(40, "manifest.json")).replace("\"format\":2,", "\"format\":99,"));
        Files.delete(file(40, "manifest.sha256"));

        assertEquals(20, newestStep(store(9)));
        assertEquals(4, damaged.size(), damaged.toString());
        assertTrue(damaged.get(3).contains("format 99"), damaged.get(3));
    }

    @Test
    void aRunTakenUpBehindDamagedCheckpointsGoesOnFromWhatItKeptThen() throws IOException {
        for (long step : new long[] {20, 40, 60}) {
            keep(store(3), step);
        }
        flipAByte(file(60, "state.safetensors"));
        flipAByte(file(40, "state.safetensors"));
        assertEquals(20, newestStep(owned(8, 2)));

        keep(owned(8, 2), 20);
        keep(owned(8, 2), 30);

        assertEquals(30, newestStep(owned(9, 2)), "not one of a later step that an earlier owner left");
        assertEquals(List.of("20 of 8", "30 of 8"), kept());
    }

    @Test
    void whatAnOwnerThatLostTheRunStillWritesIsNeverTakenOrInTheWay() throws IOException {
        CheckpointStore zombie = owned(7, 1);
        CheckpointStore owner = owned(8, 1);
        keep(zombie, 20);
        keep(owner, 20);
        keep(owner, 40);

        zombie.write(checkpoint(40));
        zombie.write(checkpoint(60));
        zombie.prune(Set.of());

        assertEquals(40, newestStep(owned(9, 1)));
        assertEquals(List.of("40 of 8", "60 of 7"), kept());
        keep(owner, 50);
        assertEquals(List.of("50 of 8"), kept());
    }

    @Test
    void aCheckpointOfFormat1IsReadAndFollowedByOneOfFormat2() throws Exception {
        Path fixture = Path.of(
                CheckpointStoreTest.class.getResource("/checkpoint-format-1").toURI());
        Path old = Path.of("checkpoints/step-0000000040");
        Files.createDirectories(root.resolve("r").resolve(old));
        for (String file : List.of("manifest.json", "state.safetensors")) {
            Files.copy(
                    fixture.resolve(old).resolve(file),
                    root.resolve("r").resolve(old).resolve(file));
        }

        Checkpoint read = newest(store(1)).orElseThrow();

        assertEquals(List.of(), damaged);
        assertArrayEquals(
                new float[] {0.5f, -1.25f, 3e-38f, -0f}, read.state().weights().toFloats());
        assertArrayEquals(new float[] {9, 8, 7, 6}, read.state().ema().toFloats());
        assertEquals(40, read.state().step());
        assertEquals(2, read.dualStep());
        assertEquals(Map.of("objective", LossWindow.EMPTY.plus(3, 0.25)), read.windows());
        assertEquals(Map.of(), read.multipliers());
        assertNull(read.random());
        keep(store(1), 40);
        assertEquals(List.of("40 of 7"), kept());
    }

    @Test
    void writingAStepAgainIsNoHarm() throws IOException {
        store(2).write(checkpoint(20));
        store(2).write(checkpoint(20));
        assertEquals(20, newestStep(store(2)));
        assertEquals(1, kept().size());
    }

    /** Two trainers that took a run up one after the other wrote it: a fork waited for ever beside the state that it goes on from. */
    @Test
    void theStateOfAStepIsReadFromACopyThatIsIntact() throws IOException {
        owned(10, 3).write(checkpoint(40));
        owned(20, 3).write(checkpoint(40));
        Path newer = root.resolve("r/checkpoints/step-%010d-owner-%012d".formatted(40, 20));
        String sha256 = FileDigest.of(newer.resolve("state.safetensors")).sha256();
        flipAByte(newer.resolve("state.safetensors"));

        assertEquals(40, owned(30, 3).stateAt(40, sha256).step());

        Path older = root.resolve("r/checkpoints/step-%010d-owner-%012d".formatted(40, 10));
        flipAByte(older.resolve("manifest.json"));
        String refused = assertThrows(IOException.class, () -> owned(30, 3).stateAt(40, sha256))
                .getMessage();
        assertTrue(refused.contains("cannot be read: " + older.resolve("manifest.json") + ": sha256 is "), refused);
        assertTrue(refused.endsWith("; without optimizer: keep the model alone is enough"), refused);
    }
}
