package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.FlatTensors;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UNet2DGoldenTest {
    private record Case(UNet2D network, float[] weights, TensorFile io, JsonNode expected) {
        static Case open(String name) throws IOException {
            JsonNode expected =
                    new ObjectMapper().readTree(Golden.file(name + ".json").toFile());
            UNet2D network = UNet2D.compile(UNet2DConfigJson.read(expected.get("config")));
            Path file = Golden.file(name + ".weights.safetensors");
            float[] weights = FlatTensors.read(file, network.layout()).toFloats();
            return new Case(network, weights, TensorFile.read(Golden.file(name + ".io.safetensors")), expected);
        }

        float[] floats(String tensor) {
            return io.get(tensor).toFloats();
        }

        int rows() {
            return (int) io.get("timestep").shape()[0];
        }

        /** The tensor as libtorch's: whole numbers as int64; null where there is none. */
        NDArray array(NDManager manager, String name) {
            Tensor tensor = io.tensors().get(name);
            if (tensor == null) {
                return null;
            }
            Shape shape = new Shape(tensor.shape());
            return tensor.type().isFloatingPoint()
                    ? manager.create(tensor.toFloats(), shape)
                    : manager.create(tensor.toLongs(), shape);
        }

        float[] predict() {
            try (NDManager manager = TorchRuntime.get().newManager()) {
                return network.predict(
                                array(manager, "sample"),
                                array(manager, "timestep"),
                                array(manager, "class_labels"),
                                manager.create(weights),
                                Precision.FP32)
                        .toFloatArray();
            }
        }

        NDList lossAndGradient(NDManager manager, Precision precision, float... rowWeights) {
            return network.lossAndGradient(
                    array(manager, "sample"),
                    array(manager, "timestep"),
                    array(manager, "class_labels"),
                    array(manager, "target"),
                    manager.create(rowWeights),
                    manager.create(weights),
                    precision);
        }

        float[] meanGradient() {
            float[] mean = new float[rows()];
            Arrays.fill(mean, 1f / rows());
            try (NDManager manager = TorchRuntime.get().newManager()) {
                return lossAndGradient(manager, Precision.FP32, mean).get(1).toFloatArray();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-tiny", "unet-rgb", "classunet-embedding", "classunet-timestep", "classunet-identity"})
    void shouldPredictWhatDiffusersPredicts(String name) throws IOException {
        Case c = Case.open(name);
        assertEquals(
                c.expected().get("parameters").asInt(), c.network().layout().size());
        try (UNet2D network = c.network()) {
            assertArrayEquals(c.floats("output"), c.predict(), 1e-4f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-tiny", "unet-rgb", "classunet-embedding", "classunet-timestep", "classunet-identity"})
    void shouldHaveTheLossAndTheGradientNormOfPyTorch(String name) throws IOException {
        Case c = Case.open(name);
        int rows = c.rows();
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
    @ValueSource(strings = {"unet-tiny", "unet-rgb", "classunet-embedding", "classunet-timestep", "classunet-identity"})
    void shouldStayNearFloat32InBfloat16(String name) throws IOException {
        Case c = Case.open(name);
        float[] ones = new float[c.rows()];
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

    /** CUDA's native_group_norm takes activations and parameters of one type only; here the CPU runs the GPU's methods. */
    @Test
    void aGpuNormalisesBfloat16InFloat32AndTheCpusMethodsStayAsTheyAre() throws IOException {
        Case c = Case.open("unet-tiny");
        UNet2DConfig config = c.network().config();
        c.network().close();
        String cpu = UNet2D.predictions(config, false);
        String both = UNet2D.predictions(config, true);
        String gpu = UNet2D.gpuPredictions(config);
        assertEquals(cpu, both.replace(gpu, ""));
        assertFalse(cpu.contains("_gpu") || cpu.contains("torch.to(torch.group_norm("), cpu);
        UNet2DScript full = new UNet2DScript(config, Precision.FP32);
        UNet2DScript plain = new UNet2DScript(config, Precision.BF16);
        assertEquals(
                full.network("FP32") + full.predict("FP32") + plain.network("BF16") + plain.predict("BF16"),
                normalisedAsTheCpuDoes(gpu));
        assertEquals(
                full.network("FP32") + full.gradient("FP32"),
                normalisedAsTheCpuDoes(UNet2D.gradient(config, Precision.FP32, true)));
        String gradient = UNet2D.gradient(config, Precision.BF16, true);
        assertEquals(plain.network("BF16") + plain.gradient("BF16"), normalisedAsTheCpuDoes(gradient));
        assertEquals(
                gradient.split("torch.group_norm\\(", -1).length,
                gradient.split("torch.to\\(torch.group_norm\\(torch.to\\(v\\d+, 6\\), ", -1).length,
                gradient);
        try (TorchProgram program = new TorchProgram(both + plain.network("plain") + plain.predict("plain"));
                NDManager manager = TorchRuntime.get().newManager()) {
            NDArray weights = manager.create(c.weights());
            float[] expected = predicted(program, "predict_plain", c, manager, weights);
            float[] found = predicted(program, "predict_BF16_gpu", c, manager, weights);
            double norm = norm(expected);
            for (int i = 0; i < found.length; i++) {
                found[i] -= expected[i];
            }
            assertEquals(0, norm(found) / norm, 0.01);
        }
    }

    private static String normalisedAsTheCpuDoes(String gpu) {
        return gpu.replaceAll("torch.to\\((torch.group_norm\\()torch.to\\((v\\d+), 6\\)(.*), 15\\)\n", "$1$2$3\n")
                .replace("_gpu", "");
    }

    private static float[] predicted(TorchProgram program, String method, Case c, NDManager manager, NDArray weights) {
        return program.call(method, c.array(manager, "sample"), c.array(manager, "timestep"), weights)
                .singletonOrThrow()
                .toFloatArray();
    }

    @Test
    void shouldGiveClassesThatDoNotOccurNoGradient() throws IOException {
        Case c = Case.open("classunet-embedding");
        try (UNet2D network = c.network()) {
            float[] gradient = c.meanGradient();
            ParameterSpec table = network.layout().parameters().stream()
                    .filter(p -> p.name().equals("class_embedding.weight"))
                    .findFirst()
                    .orElseThrow();
            JsonNode expected = c.expected().get("class_embedding_grad_row_norms");
            int width = network.config().timeWidth();
            for (int row = 0; row < expected.size(); row++) {
                int from = table.offset() + row * width;
                double norm = norm(Arrays.copyOfRange(gradient, from, from + width));
                assertEquals(expected.get(row).asDouble(), norm, 1e-6, "class " + row);
            }
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
