package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AveragingTest {

    private static JsonNode golden() throws IOException {
        return Golden.json("schedulers2.json").get("ema");
    }

    static Stream<String> cases() throws IOException {
        return golden().propertyStream()
                .filter(section -> section.getValue().has("settings"))
                .map(Map.Entry::getKey);
    }

    private static EmaModel model(JsonNode settings) {
        return new EmaModel(
                settings.get("decay").asDouble(),
                settings.path("min_decay").asDouble(0),
                settings.path("update_after_step").asLong(0),
                settings.path("use_ema_warmup").asBoolean(false),
                settings.path("inv_gamma").asDouble(1),
                settings.path("power").asDouble(2.0 / 3));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldAverageLikeDiffusersEmaModel(String name) throws IOException {
        JsonNode expected = golden().get(name);
        EmaModel averaging = model(expected.get("settings"));
        for (Map.Entry<String, JsonNode> decay : expected.get("decay").properties()) {
            assertEquals(
                    decay.getValue().asDouble(),
                    averaging.decayAt(Long.parseLong(decay.getKey())),
                    1e-12,
                    decay.getKey());
        }
        try (FlatOps ops = new FlatOps();
                NDManager manager = TorchRuntime.get().newManager()) {
            NDArray average = manager.create(Golden.floats(expected.get("initial")));
            long step = 0;
            for (JsonNode after : expected.get("trajectory")) {
                NDArray weights = manager.create(Golden.floats(after.get("parameters")));
                double decay = averaging.decayAt(++step);
                assertEquals(after.get("decay").asDouble(), decay, 1e-12, "step " + step);
                ops.moveTowards(average, weights, 1 - decay);
                assertArrayEquals(
                        Golden.floats(after.get("shadow")), average.toFloatArray(), 2e-5f, "after step " + step);
            }
        }
    }

    /** (1 + 3 / 1)^-1/2 is a half, (1 + 8)^-1/2 a third. */
    @Test
    void shouldBeginAfterTheStepThatIsNamed() {
        EmaModel averaging = new EmaModel(0.6, 0.2, 5, true, 1, 0.5);
        assertEquals(0, averaging.decayAt(6), "the weights themselves");
        assertEquals(1 - 1 / Math.sqrt(2), averaging.decayAt(7), 1e-12);
        assertEquals(0.5, averaging.decayAt(9), 1e-12);
        assertEquals(0.6, averaging.decayAt(14), 1e-12, "2/3 is above the largest decay");
        assertEquals(0.2, new EmaModel(0.6, 0.2, 0, true, 100, 0.5).decayAt(2), 1e-12, "the smallest decay");
    }

    @Test
    void shouldAverageLittleInTheFirstStepsWithoutAModelToo() {
        Ema ema = new Ema(0.995);
        assertEquals(2.0 / 11, ema.decayAt(1), 1e-12);
        assertEquals(0.995, ema.decayAt(1_000_000), 1e-12);
        assertEquals(0, new Ema(0).decayAt(5), "no averaging: the average is the weights");
        assertEquals(ema.decayAt(1), new EmaModel(0.995, 0, 0, false, 1, 1).decayAt(2), "one step later");
    }

    @Test
    void shouldRefuseWhatIsNoDecay() {
        assertThrows(IllegalArgumentException.class, () -> new Ema(1));
        assertThrows(IllegalArgumentException.class, () -> new EmaModel(1, 0, 0, false, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new EmaModel(0.5, 0.6, 0, false, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new EmaModel(0.5, 0, -1, false, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new EmaModel(0.5, 0, 0, false, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new EmaModel(0.5, 0, 0, false, 1, Double.NaN));
    }

    /** The number of finished steps is part of the state, and no other memory is needed. */
    @Test
    void shouldGoOnWhereARestoredRunWas() {
        TrainingSettings settings = TinyRun.withAveraging(
                TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 0, 5),
                new EmaModel(0.9, 0, 3, true, 1, 0.75));
        Multipliers lambda = new Multipliers(0.7);
        ModelState start = ModelState.initial(TinyRun.NETWORK, 3);
        try (PrimalTraining whole = new PrimalTraining(settings, TinyRun.sources(), start);
                PrimalTraining restored = new PrimalTraining(settings, TinyRun.sources(), start)) {
            for (int i = 0; i < 4; i++) {
                assertTrue(whole.step(lambda).finite());
            }
            assertArrayEquals(whole.weights().toFloats(), whole.ema().toFloats(), "the average has not begun");
            restored.restore(whole.capture());
            for (int i = 0; i < 4; i++) {
                whole.step(lambda);
                restored.step(lambda);
            }
            assertFalse(Arrays.equals(whole.weights().toFloats(), whole.ema().toFloats()));
            assertArrayEquals(whole.ema().toFloats(), restored.ema().toFloats());
        }
    }
}
