package io.saddle.cli.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.CommandRun;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a network and numbers that diffusers made. */
class ModelVerifyCommandTest {

    private static final Path GOLDEN = Path.of("../../services/shared/diffusion/src/test/resources/golden");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private Path folder;
    private Path weights;
    private Path io;
    private JsonNode golden;

    @BeforeEach
    void unpack() throws IOException {
        golden = JSON.readTree(GOLDEN.resolve("unet-tiny.json").toFile());
        folder = Files.createDirectory(temporary.resolve("model"));
        weights = folder.resolve("diffusion_pytorch_model.safetensors");
        Files.writeString(folder.resolve("config.json"), golden.get("config").toString());
        Files.copy(GOLDEN.resolve("unet-tiny.weights.safetensors"), weights);
        io = temporary.resolve("io.safetensors");
        Files.copy(GOLDEN.resolve("unet-tiny.io.safetensors"), io);
    }

    private CommandRun verify(String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {"model", "verify", folder.toString(), "--io", io.toString()}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandRun.of(arguments);
    }

    private void assertRefused(String expected) {
        CommandRun run = verify();
        assertEquals(4, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().contains(expected), run.err());
    }

    private void change(Path file, String name, Tensor tensor) throws IOException {
        Map<String, Tensor> tensors = new HashMap<>(TensorFile.read(file).tensors());
        if (tensor == null) {
            tensors.remove(name);
        } else {
            tensors.put(name, tensor);
        }
        new TensorFile(tensors, Map.of()).write(file);
    }

    @Test
    void aModelThatAgreesExitsWithZero() throws IOException {
        CommandRun run = verify("--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = JSON.readTree(run.out());
        assertTrue(result.get("withinTolerance").asBoolean());
        assertTrue(result.get("largestDifference").asDouble() < 1e-5, run.out());
        assertEquals(176849, result.get("weights").asInt());
        assertEquals("[\"F32\"]", result.get("weightTypes").toString());
        assertEquals(golden.get("mse_loss").asDouble(), result.get("loss").asDouble(), 1e-5);
        assertEquals(
                golden.get("grad_norm").asDouble(), result.get("gradientNorm").asDouble(), 3e-4);
    }

    @Test
    void aDifferenceAboveTheToleranceExitsWithOneAndSaysWhere() throws IOException {
        Tensor output = TensorFile.read(io).get("output");
        float[] values = output.toFloats();
        values[256 + 16 + 3] += 0.25f;
        change(io, "output", Tensor.floats(output.shape(), values));
        CommandRun run = verify();
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.out().contains("2.500e-01  at [1, 0, 1, 3] of output"), run.out());
        assertTrue(run.out().contains("NOT within the tolerance of 1.0e-04"), run.out());
        assertEquals(0, verify("--tolerance", "0.3").exitCode());
    }

    @Test
    void aNetworkIsNotVerifiedWithoutRecordedTensors() {
        CommandRun run = CommandRun.of("model", "verify", folder.toString());
        assertEquals(2, run.exitCode(), run.out());
        assertTrue(run.err().contains("name their file with --io"), run.err());
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        CommandRun run =
                CommandRun.of("model", "verify", temporary.resolve("sd-vea").toString());
        assertEquals(4, run.exitCode(), run.out());
        assertTrue(run.err().contains("sd-vea: there is no such folder"), run.err());
    }

    @Test
    void withoutATargetThereIsNoLoss() throws IOException {
        change(io, "target", null);
        CommandRun run = verify("--json");
        assertEquals(0, run.exitCode(), run.err());
        assertFalse(JSON.readTree(run.out()).has("loss"), run.out());
    }

    @Test
    void wrongInputExitsWithFourAndNamesIt() throws IOException {
        change(io, "timestep", null);
        assertRefused("io.safetensors: no tensor timestep; there are [");
        change(io, "timestep", Tensor.floats(new long[] {2}, 1, 2));
        change(weights, "conv_in.bias", null);
        change(weights, "extra", Tensor.floats(new long[] {1}, 1));
        assertRefused("missing: [conv_in.bias]; left over: [extra]");
        Files.move(weights, folder.resolve("diffusion_pytorch_model.bin"));
        assertRefused("convert them in Python: UNet2DModel.from_pretrained(");
        Files.writeString(
                folder.resolve("config.json"),
                golden.get("config").toString().replace("\"act_fn\":\"silu\"", "\"act_fn\":\"mish\""));
        assertRefused("config.json: UNet2DModel: act_fn: only silu or swish is supported, was \"mish\"");
        Files.delete(io);
        assertRefused("io.safetensors: there is no such file");
    }
}
