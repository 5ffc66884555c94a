package io.saddle.cli.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.CommandRun;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.testing.RecordedAutoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code model verify} with autoencoders and numbers that diffusers made. */
class AutoencoderVerificationTest {
    private static final Path GOLDEN = Path.of("../../services/shared/diffusion/src/test/resources/golden");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private Path folder;
    private Path io;

    @BeforeEach
    void unpack() throws IOException {
        folder = RecordedAutoencoder.folder(temporary, "vae-a");
        io = temporary.resolve("io.safetensors");
        TensorFile recorded = TensorFile.read(GOLDEN.resolve("vae-a.io.safetensors"));
        new TensorFile(
                        Map.of(
                                "sample", recorded.get("sample"),
                                "latents", recorded.get("latent"),
                                "decoded", recorded.get("decoded")),
                        Map.of())
                .write(io);
    }

    private CommandRun verify(String... more) {
        String[] arguments = new String[3 + more.length];
        System.arraycopy(new String[] {"model", "verify", folder.toString()}, 0, arguments, 0, 3);
        System.arraycopy(more, 0, arguments, 3, more.length);
        return CommandRun.of(arguments);
    }

    private void change(String name, Tensor tensor) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>(TensorFile.read(io).tensors());
        tensors.put(name, tensor);
        new TensorFile(tensors, Map.of()).write(io);
    }

    @Test
    void itTellsWhatTheAutoencoderIsAndWhatItKeepsOfAPicture() {
        CommandRun run = verify();
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                "AutoencoderKL, 167959 weights, F32: images 3 x H x W, latents 4 x H/2 x W/2, scaled (z - 0.0) * 0.18215",
                run.lines().get(0));
        assertTrue(run.lines().get(1).startsWith("a picture of our own         reconstructed with "), run.out());
        assertTrue(
                run.lines().get(2).matches("in bfloat16 +latents \\d\\.\\d\\d %, images \\d\\.\\d\\d % off.*"),
                run.out());
        assertEquals(3, run.lines().size(), run.out());
    }

    @Test
    void recordedTensorsThatAgreeExitWithZero() throws IOException {
        CommandRun run = verify("--io", io.toString(), "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = JSON.readTree(run.out());
        assertEquals(167959, result.get("weights").asInt());
        assertTrue(result.get("latents").get("largestDifference").asDouble() < 1e-5, run.out());
        assertTrue(result.get("decoded").get("largestDifference").asDouble() < 1e-5, run.out());
        assertTrue(result.get("bfloat16").get("images").asDouble() < 0.05, run.out());
        assertEquals(2, result.get("rows").asInt());
        assertTrue(result.get("withinTolerance").asBoolean());
    }

    @Test
    void aDifferenceAboveTheToleranceExitsWithOneAndSaysWhere() throws IOException {
        Tensor latents = TensorFile.read(io).get("latents");
        float[] values = latents.toFloats();
        values[1024 + 16 + 3] += 2;
        change("latents", Tensor.floats(latents.shape(), values));
        CommandRun run = verify("--io", io.toString());
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.out().contains("at [1, 0, 1, 3] of latents: "), run.out());
        assertTrue(run.out().contains("NOT within the tolerance of 1.0e-04"), run.out());
    }

    @Test
    void wrongInputExitsWithFourAndNamesIt() throws IOException {
        change("sample", Tensor.floats(new long[] {1, 3, 1, 1}, 1, 2, 3));
        CommandRun run = verify("--io", io.toString());
        assertEquals(4, run.exitCode(), run.out());
        assertTrue(run.err().contains("io.safetensors: images must have the shape [B, 3, H, W]"), run.err());
        Files.writeString(
                folder.resolve("config.json"), "{\"_class_name\": \"AutoencoderKL\", \"latents_mean\": [1.0]}");
        assertTrue(verify().err().contains("config.json: AutoencoderKL: latents_mean: only null is supported"));
        assertEquals(4, verify().exitCode());
    }

    @Test
    void theSmallOneIsKnownToo() throws IOException {
        folder = RecordedAutoencoder.folder(temporary, "vae-tiny-b");
        CommandRun run =
                verify("--io", GOLDEN.resolve("vae-tiny-b.io.safetensors").toString());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(
                run.out().startsWith("AutoencoderTiny, 154003 weights, F32: images 3 x H x W, latents 16 x H/4 x W/4"),
                run.out());
        assertFalse(run.out().contains("NOT"), run.out());
    }
}
