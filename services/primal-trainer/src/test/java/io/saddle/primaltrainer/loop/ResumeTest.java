package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** 20 steps, a checkpoint, a new process and 20 steps are 40 steps, to the last bit. */
class ResumeTest {

    private static final long PATIENCE_MINUTES = 3;
    private static final List<String> PRECISIONS = List.of("fp32", "bf16", "auto");
    private static final Map<String, Checkpoint> HALVES = new HashMap<>();

    @TempDir
    private static Path folder;

    /** Two processes for all precisions: most of what such a one takes is its start. */
    @BeforeAll
    static void train() throws IOException, InterruptedException {
        TinyImages.write(folder);
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        for (String precision : PRECISIONS) {
            String spec = spec(precision).toString();
            first.addAll(List.of(undisturbed(precision).toString(), spec, "40", Precision.BF16.name()));
            first.addAll(List.of(resumed(precision).toString(), spec, "20", Precision.BF16.name()));
            // On another machine: it would choose otherwise.
            second.addAll(List.of(resumed(precision).toString(), spec, "40", Precision.FP32.name()));
        }
        process("first", first);
        for (String precision : PRECISIONS) {
            HALVES.put(precision, newest(resumed(precision)));
        }
        process("second", second);
    }

    private static Path undisturbed(String precision) {
        return folder.resolve(precision + "-undisturbed");
    }

    private static Path resumed(String precision) {
        return folder.resolve(precision + "-resumed");
    }

    private static Checkpoint newest(Path store) throws IOException {
        return TrainingProcess.checkpoints(new FileArtifactStore(store))
                .newest((name, wrong) -> {})
                .orElseThrow();
    }

    /** Trains in a JVM of its own. */
    private static void process(String name, List<String> trainings) throws IOException, InterruptedException {
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingProcess.class.getName()));
        command.addAll(trainings);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), () -> "the process failed: " + text(log));
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Everything that shapes a step is in use: constraints in a mixture, decay, clipping, diagnostics, moving average. */
    private static Path spec(String precision) throws IOException {
        return Files.writeString(folder.resolve(precision + ".yaml"), """
                name: r
                seed: 3
                data: {images: %1$s/images, labels: %1$s/labels}
                model:
                  unet: {sample_size: 8, block_out_channels: [8, 8], layers_per_block: 1, norm_num_groups: 4,
                         attention_head_dim: 4, down_block_types: [DownBlock2D, AttnDownBlock2D],
                         up_block_types: [AttnUpBlock2D, UpBlock2D]}
                training: {steps: 80, batchSize: 8, batching: mixture, learningRate: 0.002, warmupSteps: 10,
                           decay: cosine, weightDecay: 0.01, clipNorm: 0.5, emaDecay: 0.99, diagnosticsEvery: 7,
                           precision: %2$s}
                dual: {mode: LOCKSTEP, primalSteps: 8}
                checkpoints: {everySteps: 1000, keep: 9}
                evaluation: {every: 0}
                constraints:
                  - {id: a, threshold: 0.01, data: {classes: {1: {}}}}
                  - {id: b, threshold: 0.02, data: {classes: {0: {count: 5}}}}
                """.formatted(folder, precision));
    }

    @ParameterizedTest
    @FieldSource("PRECISIONS")
    void aRunTakenUpInANewProcessEndsWithTheSameBits(String precision) throws IOException {
        Checkpoint undisturbed = newest(undisturbed(precision));
        Checkpoint half = HALVES.get(precision);
        assertEquals(20, half.state().step());
        Checkpoint resumed = newest(resumed(precision));

        assertEquals(40, resumed.state().step());
        assertEquals(precision.equals("auto") ? Precision.BF16 : null, resumed.precision());
        assertEquals(undisturbed.dualStep(), resumed.dualStep());
        assertBits(undisturbed.state().weights(), resumed.state().weights());
        assertBits(undisturbed.state().adamMean(), resumed.state().adamMean());
        assertBits(undisturbed.state().adamVariance(), resumed.state().adamVariance());
        assertBits(undisturbed.state().ema(), resumed.state().ema());
        // The losses of the last steps by source: the same images, timesteps and noise were drawn.
        assertEquals(undisturbed.windows(), resumed.windows());
        assertTrue(undisturbed.windows().get("objective").rows() > 0);
        assertFalse(Arrays.equals(
                half.state().weights().toFloats(), resumed.state().weights().toFloats()));
    }

    private static void assertBits(HostVector expected, HostVector actual) {
        assertArrayEquals(bits(expected.toFloats()), bits(actual.toFloats()));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }
}
