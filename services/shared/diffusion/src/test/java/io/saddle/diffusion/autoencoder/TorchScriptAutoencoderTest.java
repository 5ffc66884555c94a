package io.saddle.diffusion.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.evaluation.Reconstruction;
import io.saddle.diffusion.evaluation.TestPicture;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.TorchScripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an encoder that takes means of 2x2 pixels and a decoder that doubles them. */
class TorchScriptAutoencoderTest {
    /** The encoder's file of TAEF2, with its decoder and both descriptions beside it. */
    private static final String TAEF2 = "saddle.test.taef2";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEANS = "torch.avg_pool2d(x, [2, 2], [2, 2])";
    private static final String DOUBLED = "torch.upsample_nearest2d(x, None, [2., 2.])";

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        module("encoder", MEANS);
        module("decoder", DOUBLED);
    }

    private void module(String half, String expression) throws IOException {
        Path file = folder.resolve("small-" + half + ".pt");
        Files.write(file, TorchScripts.module(expression));
        ObjectNode json = JSON.createObjectNode();
        json.put("file", "small-" + half + ".pt").put("sha256", Sha256.of(file)).put("licence", "MIT");
        json.putObject("input").put("shape", "N x 3 x H x W, H and W even").put("layout", "NCHW, float32");
        if (half.equals("encoder")) {
            json.withObject("/input").put("range", "0..1");
            json.put("scaling_factor", 2).put("shift_factor", 0.5);
        }
        Files.writeString(json(half), json.toString());
    }

    private Path json(String half) {
        return folder.resolve("small-" + half + ".json");
    }

    private void describe(String half, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(json(half).toFile());
        change.accept(json);
        Files.writeString(json(half), json.toString());
    }

    private void assertRefuses(String expected) {
        String message = assertThrows(
                        IOException.class,
                        () -> TorchScriptPair.open(folder).load(Precision.FP32).close())
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void shouldMapPixelsAndScaleLatentsAsDescribed() throws IOException {
        try (Autoencoder autoencoder = AutoencoderFiles.open(folder).load(Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            assertEquals(
                    new AutoencoderDescription("TorchScript", 3, 3, 2, null, new LatentScaling(2, 0.5)),
                    autoencoder.description());
            float[] pixels = new float[12];
            pixels[0] = 1;
            pixels[1] = 1;
            pixels[2] = -1;
            NDArray images = manager.create(pixels, new Shape(1, 3, 2, 2));
            NDArray latents = autoencoder.latents(images);
            // The first mean is (1 + 1 + 0 + 0.5) / 4 of 0..1, less 0.5, times 2.
            assertArrayEquals(new float[] {0.25f, 0, 0}, latents.toFloatArray(), 1e-6f);
            assertArrayEquals(pixels, images.toFloatArray());
            float[] decoded = autoencoder.images(latents).toFloatArray();
            assertArrayEquals(new float[] {0.25f, 0.25f, 0.25f, 0.25f, 0, 0, 0, 0, 0, 0, 0, 0}, decoded, 1e-6f);
        }
    }

    @Test
    void shouldBeFoundByTheEncodersFileOrItsFolder() throws IOException {
        assertTrue(TorchScriptPair.isOne(folder));
        assertTrue(TorchScriptPair.isOne(folder.resolve("small-encoder.pt")));
        assertFalse(TorchScriptPair.isOne(folder.resolve("small-decoder.pt")));
        assertFalse(TorchScriptPair.isOne(folder.resolve("nothing")));
        TorchScriptPair.open(folder.resolve("small-encoder.pt"))
                .load(Precision.FP32)
                .close();
        Files.copy(folder.resolve("small-encoder.pt"), folder.resolve("other-encoder.pt"));
        assertRefuses("must have one file that ends in encoder.pt, has [");
        Files.delete(folder.resolve("other-encoder.pt"));
        Files.delete(folder.resolve("small-decoder.pt"));
        assertRefuses("small-decoder.pt: there is no such file");
    }

    @Test
    void shouldNotRunAProgramWithoutItsSha256() throws IOException {
        describe("decoder", json -> json.remove("sha256"));
        assertRefuses("small-decoder.json: sha256: must be the 64 hexadecimal digits of small-decoder.pt, was missing");
        describe("decoder", json -> json.put("sha256", "0".repeat(64)));
        assertRefuses("small-decoder.pt: its sha256 is ");
        Files.delete(json("decoder"));
        assertRefuses("small-decoder.json: there is no such file");
    }

    @Test
    void shouldNameWhatTheDescriptionLacks() throws IOException {
        describe("encoder", json -> json.withObject("/input").put("range", "bright"));
        assertRefuses("small-encoder.json: input.range: must be two numbers, as 0..1 or -1..1, was bright");
        describe("encoder", json -> json.withObject("/input").put("range", "1..0"));
        assertRefuses("small-encoder.json: input.range: must go from a number to a larger one, was 1..0");
        describe("encoder", json -> json.withObject("/input").put("range", "-1..1"));
        describe("encoder", json -> json.put("scaling_factor", "one"));
        assertRefuses("small-encoder.json: scaling_factor, shift_factor: must be numbers, were \"one\" and 0.5");
        describe("encoder", json -> json.withObject("/input").put("shape", "3 x H x W"));
        assertRefuses("small-encoder.json: input.shape: must begin with the number of channels");
        describe("encoder", json -> json.withObject("/input").put("layout", "NHWC, float32"));
        assertRefuses("small-encoder.json: input.layout: only NCHW of float32 is supported, was NHWC, float32");
        describe("encoder", json -> json.put("file", "large-encoder.pt"));
        assertRefuses("small-encoder.json: file: describes large-encoder.pt, not small-encoder.pt");
    }

    @Test
    void shouldTryBothFilesWhenTheyAreLoaded() throws IOException {
        module("decoder", "x");
        assertRefuses("small-decoder.pt: gives (2, 3, 32, 32) for the latents of images (2, 3, 64, 64)");
        module("encoder", "torch.flatten(x, 2)");
        assertRefuses("small-encoder.pt: gives (2, 3, 4096) for images (2, 3, 64, 64), not latents");
        module("encoder", "torch.matmul(x, torch.flatten(x))");
        assertRefuses("small-encoder.pt: forward of (2, 3, 64, 64) fails: ");
        Files.writeString(folder.resolve("small-encoder.pt"), "no program");
        describe("encoder", json -> json.put("sha256", digest("small-encoder.pt")));
        assertRefuses("small-encoder.pt: libtorch cannot load it: ");
    }

    private String digest(String name) {
        try {
            return Sha256.of(folder.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** TAEF2, of 8x8 pixels 32 values. */
    @Test
    void shouldReconstructWithARealOne() throws IOException {
        String encoder = System.getProperty(TAEF2);
        assumeTrue(
                encoder != null,
                "an autoencoder that somebody trained was not tried: name TAEF2's encoder with -D" + TAEF2 + "=FILE");
        try (Autoencoder autoencoder = AutoencoderFiles.open(Path.of(encoder)).load(Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            assertEquals(
                    new AutoencoderDescription("TorchScript", 3, 32, 8, 2_677_027L, LatentScaling.NONE),
                    autoencoder.description());
            Reconstruction result = Reconstruction.of(autoencoder, TestPicture.create(manager, 3, 128));
            assertTrue(result.psnr() > 24, result.toString());
        }
    }
}
