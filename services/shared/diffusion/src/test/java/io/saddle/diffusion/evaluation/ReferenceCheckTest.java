package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of src/test/python/unet_fixtures.py, each with settings that the golden networks do not have. */
class ReferenceCheckTest {

    private static Path folder(String name) {
        try {
            return Path.of(
                    ReferenceCheckTest.class.getResource("/unet2d/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TensorFile recorded(String name) throws IOException {
        return TensorFile.read(folder(name).resolve("io.safetensors"));
    }

    private static ReferenceCheck check(String name, TensorFile io) throws IOException {
        DiffusersFolder model = DiffusersFolder.open(folder(name));
        float[] weights = model.weights().toFloats();
        try (UNet2D network = UNet2D.compile(model.network())) {
            return ReferenceCheck.run(network, HostVector.of(weights), io);
        }
    }

    private static TensorFile with(TensorFile io, String name, Tensor tensor) {
        Map<String, Tensor> tensors = new HashMap<>(io.tensors());
        if (tensor == null) {
            tensors.remove(name);
        } else {
            tensors.put(name, tensor);
        }
        return new TensorFile(tensors, Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"uneven-heads", "attention-everywhere", "padding-0", "old-names"})
    void shouldAgreeWithPyTorch(String name) throws IOException {
        TensorFile io = recorded(name);
        ReferenceCheck check = check(name, io);
        assertEquals(0, check.output().difference(), 1e-5);
        double loss = io.get("loss").toFloats()[0];
        assertEquals(loss, check.target().loss(), 1e-5 * loss);
        double norm = io.get("grad_norm").toFloats()[0];
        assertEquals(norm, check.target().gradientNorm(), 1e-5 * norm);
    }

    @Test
    void shouldTellWhereTheLargestDifferenceIs() throws IOException {
        TensorFile io = recorded("old-names");
        float[] output = io.get("output").toFloats();
        output[2 * 63 + 9 + 4] += 0.5f;
        ReferenceCheck check = check(
                "old-names", with(io, "output", Tensor.floats(io.get("output").shape(), output)));
        assertEquals(0.5, check.output().difference(), 1e-5);
        assertEquals("[0, 2, 1, 4]", java.util.Arrays.toString(check.output().index()));
        assertEquals(check.output().expected() - 0.5, check.output().computed(), 1e-5);
    }

    @Test
    void shouldCountNotANumberAsTheLargestDifference() throws IOException {
        TensorFile io = recorded("old-names");
        float[] output = io.get("output").toFloats();
        output[3] = Float.NaN;
        output[5] += 100;
        ReferenceCheck check = check(
                "old-names", with(io, "output", Tensor.floats(io.get("output").shape(), output)));
        assertTrue(Double.isNaN(check.output().difference()));
        assertEquals(3, check.output().index()[3]);
    }

    @Test
    void shouldDoWithoutATarget() throws IOException {
        assertNull(
                check("old-names", with(recorded("old-names"), "target", null)).target());
    }

    @Test
    void shouldTellAClassConditionalNetworkTheClasses() {
        UNet2DConfig config = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4).withClassEmbeds(3);
        float[] x = new float[128];
        new RandomStreams(1).gaussian(x, 0, 128, "x");
        try (UNet2D network = UNet2D.compile(config)) {
            float[] weights = network.layout().initialValues(1).toFloats();
            float[] output;
            try (NoisePredictor predictor = new NoisePredictor(network, HostVector.of(weights), Precision.FP32)) {
                output = predictor.predict(x, new float[] {40, 7}, new int[] {2, 0});
            }
            long[] shape = {2, 1, 8, 8};
            Map<String, Tensor> tensors = Map.of(
                    "sample", Tensor.floats(shape, x),
                    "timestep", Tensor.floats(new long[] {2}, 40, 7),
                    "class_labels", Tensor.floats(new long[] {2}, 2, 0),
                    "output", Tensor.floats(shape, output),
                    "target", Tensor.floats(shape, output));
            TensorFile io = new TensorFile(tensors, Map.of());
            ReferenceCheck check = ReferenceCheck.run(network, HostVector.of(weights), io);
            assertEquals(0, check.output().difference(), 1e-6);
            assertEquals(0, check.target().loss(), 1e-9);
            for (float wrong : new float[] {3, 0.5f}) {
                TensorFile outside = with(io, "class_labels", Tensor.floats(new long[] {1}, wrong));
                String message = assertThrows(
                                IllegalArgumentException.class,
                                () -> ReferenceCheck.run(network, HostVector.of(weights), outside))
                        .getMessage();
                assertTrue(message.contains("tensor class_labels: must be whole numbers within 0..2, has"), message);
            }
        }
    }

    @Test
    void shouldNameTheTensorThatIsMissingOrDoesNotFit() throws IOException {
        TensorFile io = recorded("padding-0");
        assertRefused(with(io, "timestep", null), "no tensor timestep");
        assertRefused(with(io, "timestep", Tensor.floats(new long[] {3}, 1, 2, 3)), "tensor timestep: must have");
        assertRefused(with(io, "sample", Tensor.floats(new long[] {1, 2, 2, 4}, new float[16])), "multiples of 4");
        assertRefused(with(io, "sample", Tensor.floats(new long[] {1, 1, 4, 4}, new float[16])), "[B, 2, H, W]");
        assertRefused(with(io, "output", Tensor.floats(new long[] {2, 2, 12, 20}, new float[960])), "[2, 3, 12, 20]");
    }

    private static void assertRefused(TensorFile io, String expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> check("padding-0", io))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }
}
