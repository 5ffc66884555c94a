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
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 20 steps, a checkpoint, a new process and 20 steps are 40 steps, to the last bit. */
class ResumeTest {

    private static final long PATIENCE_MINUTES = 3;

    @TempDir
    Path folder;

    /** Trains in a JVM of its own, up to {@code until} steps, from the newest checkpoint if there is one. */
    private Checkpoint train(String store, Path spec, long until, Precision fastest)
            throws IOException, InterruptedException {
        Path log = folder.resolve(store + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingProcess.class.getName(),
                        folder.resolve(store).toString(),
                        spec.toString(),
                        Long.toString(until),
                        fastest.name())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), () -> "the process failed: " + text(log));
        return TrainingProcess.checkpoints(new FileArtifactStore(folder.resolve(store)))
                .newest((name, wrong) -> {})
                .orElseThrow();
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Everything that shapes a step is in use: constraints in a mixture, decay, clipping, diagnostics, moving average. */
    private Path spec(String precision) throws IOException {
        TinyImages.write(folder);
        return Files.writeString(folder.resolve("run.yaml"), """
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
    @ValueSource(strings = {"fp32", "bf16", "auto"})
    void aRunTakenUpInANewProcessEndsWithTheSameBits(String precision) throws IOException, InterruptedException {
        Path spec = spec(precision);
        Checkpoint undisturbed = train("undisturbed", spec, 40, Precision.BF16);
        Checkpoint half = train("resumed", spec, 20, Precision.BF16);
        assertEquals(20, half.state().step());
        // On another machine: it would choose otherwise.
        Checkpoint resumed = train("resumed", spec, 40, Precision.FP32);

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
