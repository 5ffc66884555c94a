package io.saddle.diffusion.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.testing.RecordedAutoencoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the numbers of diffusers' own classes: square images, and others that are higher or wider. */
class AutoencoderGoldenTest {
    private static final float TOLERANCE = 1e-4f;

    @TempDir
    Path temporary;

    private static Stream<Arguments> cases() {
        return Stream.of("vae-a", "vae-b", "vae-tiny-a", "vae-tiny-b")
                .flatMap(name -> Stream.of("", "_rect").map(size -> Arguments.of(name, size)));
    }

    private Autoencoder open(String name, Precision precision) throws IOException {
        return AutoencoderFolder.open(RecordedAutoencoder.folder(temporary, name))
                .load(precision);
    }

    private static String latents(String name) {
        return name.startsWith("vae-tiny") ? "latents" : "latent";
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldEncodeAndDecodeAsDiffusersDoes(String name, String size) throws IOException {
        TensorFile io = AutoencoderFixtures.io(name);
        try (Autoencoder autoencoder = open(name, Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            NDArray latents = autoencoder.latents(AutoencoderFixtures.array(manager, io.get("sample" + size)));
            assertArrayEquals(io.get(latents(name) + size).toFloats(), latents.toFloatArray(), TOLERANCE);
            assertArrayEquals(
                    io.get(latents(name) + size).shape(), latents.getShape().getShape());
            NDArray images = autoencoder.images(AutoencoderFixtures.array(manager, io.get(latents(name) + size)));
            assertArrayEquals(io.get("decoded" + size).toFloats(), images.toFloatArray(), TOLERANCE);
            assertArrayEquals(
                    io.get("decoded" + size).shape(), images.getShape().getShape());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReconstructWithTheErrorOfDiffusers(String name, String size) throws IOException {
        JsonNode expected = Golden.json(name + ".json").get("reconstruction_mse" + size);
        TensorFile io = AutoencoderFixtures.io(name);
        try (Autoencoder autoencoder = open(name, Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            NDArray sample = AutoencoderFixtures.array(manager, io.get("sample" + size));
            float[] images = autoencoder.images(autoencoder.latents(sample)).toFloatArray();
            assertArrayEquals(io.get("decoded" + size).toFloats(), images, TOLERANCE);
            if (expected != null) {
                double mse = sample.sub(manager.create(images, sample.getShape()))
                        .square()
                        .mean()
                        .getFloat();
                assertEquals(expected.asDouble(), mse, 1e-4 * expected.asDouble());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"vae-a,''", "vae-a,_rect", "vae-b,''", "vae-b,_rect"})
    void shouldGiveTheDistributionThatDiffusersGives(String name, String size) throws IOException {
        TensorFile io = AutoencoderFixtures.io(name);
        try (AutoencoderKl autoencoder = (AutoencoderKl) open(name, Precision.FP32);
                NDManager manager = autoencoder.newManager();
                Posterior posterior =
                        autoencoder.posterior(AutoencoderFixtures.array(manager, io.get("sample" + size)))) {
            assertArrayEquals(io.get("mean" + size).toFloats(), posterior.mean().toFloatArray(), TOLERANCE);
            assertArrayEquals(
                    io.get("logvar" + size).toFloats(), posterior.logVariance().toFloatArray(), TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_rect"})
    void shouldDrawFromTheDistributionWithTheNoiseThatIsGiven(String size) throws IOException {
        TensorFile io = AutoencoderFixtures.io("vae-b");
        JsonNode config = RecordedAutoencoder.config("vae-b");
        float factor = (float) config.get("scaling_factor").asDouble();
        float shift = (float) config.get("shift_factor").asDouble();
        try (AutoencoderKl autoencoder = (AutoencoderKl) open("vae-b", Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            NDList parts = autoencoder
                    .distributions(AutoencoderFixtures.array(manager, io.get("sample" + size)))
                    .split(2, 1);
            float[] means = parts.get(0).toFloatArray();
            float[] deviations = parts.get(1).toFloatArray();
            float[] noise = io.get("posterior_noise" + size).toFloats();
            float[] raw = io.get("posterior_sample" + size).toFloats();
            for (int i = 0; i < raw.length; i++) {
                float drawn = means[i] + deviations[i] * noise[i];
                assertEquals((raw[i] - shift) * factor, drawn, 1e-4 * Math.max(1, Math.abs(raw[i])));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"vae-tiny-a,''", "vae-tiny-a,_rect", "vae-tiny-b,''", "vae-tiny-b,_rect"})
    void shouldDecodeLatentsThatWereBytes(String name, String size) throws IOException {
        TensorFile io = AutoencoderFixtures.io(name);
        try (Autoencoder autoencoder = open(name, Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            NDArray latents = AutoencoderFixtures.array(manager, io.get("latents_unquantised" + size));
            assertArrayEquals(
                    io.get("decoded_unquantised" + size).toFloats(),
                    autoencoder.images(latents).toFloatArray(),
                    TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldStayNearFloat32InBfloat16(String name, String size) throws IOException {
        TensorFile io = AutoencoderFixtures.io(name);
        try (Autoencoder autoencoder = open(name, Precision.BF16);
                NDManager manager = autoencoder.newManager()) {
            float[] latents = autoencoder
                    .latents(AutoencoderFixtures.array(manager, io.get("sample" + size)))
                    .toFloatArray();
            float[] images = autoencoder
                    .images(AutoencoderFixtures.array(manager, io.get(latents(name) + size)))
                    .toFloatArray();
            double latentError = AutoencoderFixtures.relativeError(
                    io.get(latents(name) + size).toFloats(), latents);
            double imageError =
                    AutoencoderFixtures.relativeError(io.get("decoded" + size).toFloats(), images);
            assertTrue(latentError > 0 && latentError < 0.03, "latents: " + latentError);
            assertTrue(imageError > 0 && imageError < 0.03, "images: " + imageError);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vae-a", "vae-b", "vae-tiny-a", "vae-tiny-b"})
    void shouldDescribeItself(String name) throws IOException {
        TensorFile io = AutoencoderFixtures.io(name);
        long[] sample = io.get("sample").shape();
        long[] latents = io.get(latents(name)).shape();
        try (Autoencoder autoencoder = open(name, Precision.FP32)) {
            AutoencoderDescription description = autoencoder.description();
            assertEquals(RecordedAutoencoder.className(name), description.kind());
            assertEquals(Golden.json(name + ".json").get("parameters").asLong(), description.parameters());
            assertEquals(latents[1], description.latentChannels());
            assertEquals(sample[1], description.imageChannels());
            assertEquals(sample[2] / latents[2], description.reduction());
        }
    }

    @Test
    void shouldServeSeveralThreadsAndLeaveArgumentsAlone() throws Exception {
        TensorFile io = AutoencoderFixtures.io("vae-b");
        float[] sample = io.get("sample").toFloats();
        float[] expected = io.get("decoded").toFloats();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Autoencoder autoencoder = open("vae-b", Precision.FP32)) {
            Callable<float[]> round = () -> {
                try (NDManager manager = autoencoder.newManager()) {
                    NDArray images = AutoencoderFixtures.array(manager, io.get("sample"));
                    NDArray latents = autoencoder.latents(images);
                    float[] before = latents.toFloatArray();
                    float[] decoded = autoencoder.images(latents).toFloatArray();
                    assertArrayEquals(sample, images.toFloatArray());
                    assertArrayEquals(before, latents.toFloatArray());
                    return decoded;
                }
            };
            for (Future<float[]> done : threads.invokeAll(List.of(round, round, round, round, round, round))) {
                assertArrayEquals(expected, done.get(), TOLERANCE);
            }
        } finally {
            threads.shutdown();
        }
    }
}
