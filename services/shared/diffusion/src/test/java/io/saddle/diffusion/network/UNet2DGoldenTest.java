package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.FlatTensors;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UNet2DGoldenTest {
    private record Case(UNet2D network, float[] weights, TensorFile io, JsonNode expected) {
        static Case open(String name) throws IOException {
            JsonNode expected = Golden.json(name + ".json");
            UNet2D network = UNet2D.compile(UNet2DConfigJson.read(expected.get("config")));
            Path file = Golden.file(name + ".weights.safetensors");
            float[] weights = FlatTensors.fromFile(file, TensorFile.read(file), network.layout());
            return new Case(network, weights, TensorFile.read(Golden.file(name + ".io.safetensors")), expected);
        }

        float[] floats(String tensor) {
            return io.get(tensor).toFloats();
        }

        int[] timesteps() {
            return Arrays.stream(io.get("timestep").toLongs())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }

        NDList lossAndGradient(NDManager manager, Precision precision, float... rowWeights) {
            NDArray x =
                    manager.create(floats("sample"), new Shape(io.get("sample").shape()));
            NDArray t = manager.create(io.get("timestep").toLongs());
            NDArray target =
                    manager.create(floats("target"), new Shape(io.get("target").shape()));
            return network.lossAndGradient(
                    x, t, target, manager.create(rowWeights), manager.create(weights), precision);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-tiny", "unet-rgb"})
    void shouldPredictWhatDiffusersPredicts(String name) throws IOException {
        Case c = Case.open(name);
        assertEquals(
                c.expected().get("parameters").asInt(), c.network().layout().size());
        try (UNet2D network = c.network();
                NoisePredictor predictor = new NoisePredictor(network, c.weights(), Precision.FP32)) {
            assertArrayEquals(c.floats("output"), predictor.predict(c.floats("sample"), c.timesteps()), 1e-4f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-tiny", "unet-rgb"})
    void shouldHaveTheLossAndTheGradientNormOfPyTorch(String name) throws IOException {
        Case c = Case.open(name);
        int rows = c.timesteps().length;
        float[] mean = new float[rows];
        Arrays.fill(mean, 1f / rows);
        try (UNet2D network = c.network();
                NDManager manager = TorchRuntime.get().newManager()) {
            NDList result = c.lossAndGradient(manager, Precision.FP32, mean);
            double loss = 0;
            for (float row : result.get(0).toFloatArray()) {
                loss += row / rows;
            }
            double norm = norm(result.get(1).toFloatArray());
            assertEquals(c.expected().get("mse_loss").asDouble(), loss, 1e-5);
            double expected = c.expected().get("grad_norm").asDouble();
            assertEquals(expected, norm, 1e-4 * expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-tiny", "unet-rgb"})
    void shouldStayNearFloat32InBfloat16(String name) throws IOException {
        Case c = Case.open(name);
        float[] ones = new float[c.timesteps().length];
        Arrays.fill(ones, 1f);
        try (UNet2D network = c.network();
                NDManager manager = TorchRuntime.get().newManager()) {
            float[] full =
                    c.lossAndGradient(manager, Precision.FP32, ones).get(1).toFloatArray();
            float[] half =
                    c.lossAndGradient(manager, Precision.BF16, ones).get(1).toFloatArray();
            for (int i = 0; i < full.length; i++) {
                half[i] -= full[i];
            }
            assertEquals(0, norm(half) / norm(full), 0.05);
        }
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
