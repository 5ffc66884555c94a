package io.saddle.primaltrainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.FileArtifactStore;
import io.saddle.diffusion.training.ModelState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
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
        return new CheckpointStore(artifacts, "r", keep);
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

    private static Checkpoint checkpoint(long step) {
        return new Checkpoint(
                new ModelState(floats(step), floats(step + 1), floats(step + 2), floats(step + 3), step),
                step / 20,
                Map.of("objective", LossWindow.EMPTY.plus(3, 0.1 + 0.2).plus(5, 1e-300)));
    }

    private Optional<Checkpoint> newest(CheckpointStore store) throws IOException {
        return store.newest((name, wrong) -> damaged.add(name + ": " + wrong));
    }

    private long newestStep(CheckpointStore store) throws IOException {
        return newest(store).orElseThrow().state().step();
    }

    private Path file(long step, String name) {
        return root.resolve("r/checkpoints/step-%010d".formatted(step)).resolve(name);
    }

    private List<String> kept() throws IOException {
        return artifacts.list("r", "checkpoints/");
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

        assertArrayEquals(bits(written.state().weights()), bits(read.state().weights()));
        assertArrayEquals(bits(written.state().adamMean()), bits(read.state().adamMean()));
        assertArrayEquals(
                bits(written.state().adamVariance()), bits(read.state().adamVariance()));
        assertArrayEquals(bits(written.state().ema()), bits(read.state().ema()));
        assertEquals(40, read.state().step());
        assertEquals(2, read.dualStep());
        assertEquals(written.windows(), read.windows());
        assertEquals(List.of(), damaged);
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
            store(2).write(checkpoint(step));
        }
        assertEquals(10_000_000, newestStep(store(2)));
        assertEquals(List.of("checkpoints/step-0000000060", "checkpoints/step-0010000000"), kept());
    }

    @Test
    void anotherRunsCheckpointsAreLeftAlone() throws IOException {
        new CheckpointStore(artifacts, "other", 1).write(checkpoint(20));
        store(1).write(checkpoint(40));
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
        assertTrue(damaged.get(0).startsWith("checkpoints/step-0000000040: "), damaged.get(0));
        assertTrue(damaged.get(0).contains("sha256"), damaged.get(0));
    }

    @Test
    void whateverIsMissingOrUnreadableMakesACheckpointDamaged() throws IOException {
        for (long step : new long[] {20, 40, 60, 80, 100}) {
            store(9).write(checkpoint(step));
        }
        Files.delete(file(100, "manifest.json"));
        Files.writeString(file(80, "manifest.json"), "{\"format\": 1, ");
        Files.delete(file(60, "state.safetensors"));
        Files.writeString(
                file(40, "manifest.json"),
                Files.readString(file(40, "manifest.json")).replace(":1,", ":99,"));

        assertEquals(20, newestStep(store(9)));
        assertEquals(4, damaged.size(), damaged.toString());
        assertTrue(damaged.get(3).contains("format 99"), damaged.get(3));
    }

    @Test
    void damagedOnesDoNotCountAmongThoseThatAreKept() throws IOException {
        for (long step : new long[] {20, 40, 60}) {
            store(3).write(checkpoint(step));
        }
        flipAByte(file(60, "state.safetensors"));
        flipAByte(file(40, "state.safetensors"));
        assertEquals(20, newestStep(store(2)));

        store(2).write(checkpoint(30));

        assertEquals(30, newestStep(store(2)));
        assertEquals(List.of("checkpoints/step-0000000020", "checkpoints/step-0000000030"), kept());
    }

    @Test
    void writingAStepAgainIsNoHarm() throws IOException {
        store(2).write(checkpoint(20));
        store(2).write(checkpoint(20));
        assertEquals(20, newestStep(store(2)));
        assertEquals(1, kept().size());
    }
}
