package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamWGoldenTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldStepLikeTorch(int index) throws IOException {
        JsonNode golden = Golden.json("adamw.json").get(index);
        JsonNode constants = golden.get("settings");
        AdamWSettings settings = new AdamWSettings(
                constants.get("betas").get(0).asDouble(),
                constants.get("betas").get(1).asDouble(),
                constants.get("eps").asDouble(),
                constants.get("weight_decay").asDouble());
        GradientClipping clipping =
                new GradientClipping(constants.get("clip_norm").asDouble(Double.POSITIVE_INFINITY));
        float[] initial = flat(golden.get("initial"));
        int size = initial.length;
        try (NDManager manager = TorchRuntime.get().newManager();
                FlatOps ops = new FlatOps()) {
            AdamW optimizer = new AdamW(settings, ops, manager, size);
            optimizer.set(HostVector.of(initial), HostVector.zeros(size), HostVector.zeros(size), 0);
            for (JsonNode step : golden.get("steps")) {
                NDArray gradient = manager.create(flat(step.get("gradients")));
                double norm = ops.norm(List.of(gradient));
                if (!step.get("norm_before_clipping").isNull()) {
                    assertEquals(step.get("norm_before_clipping").asDouble(), norm, 1e-5);
                }
                gradient.muli(clipping.factor(norm));
                optimizer.step(List.of(gradient), constants.get("lr").asDouble());
                assertArrayEquals(
                        flat(step.get("parameters")), optimizer.weights().toFloatArray(), 1e-6f);
            }
        }
    }

    private static float[] flat(JsonNode tensors) {
        float[] values = new float[10];
        int n = 0;
        for (JsonNode tensor : tensors) {
            for (JsonNode value : tensor) {
                values[n++] = (float) value.asDouble();
            }
        }
        assertEquals(values.length, n);
        return values;
    }
}
