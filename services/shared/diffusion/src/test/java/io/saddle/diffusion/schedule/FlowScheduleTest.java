package io.saddle.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.sampling.FlowEulerSampler;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowScheduleTest {
    private static final int ALL = 1000;

    private static JsonNode golden(double shift) throws IOException {
        return Golden.json("schedulers2.json").get("flow_match_euler").get("shift=" + shift);
    }

    /** diffusers numbers the noise levels from the most noise down. */
    private static int level(String index) {
        return ALL - 1 - Integer.parseInt(index);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 3})
    void shouldAddNoiseLikeDiffusers(double shift) throws IOException {
        JsonNode expected = golden(shift);
        FlowSchedule schedule = new FlowSchedule(ALL, shift);
        float[] sigmas = schedule.noise();
        for (Map.Entry<String, JsonNode> sigma : expected.get("training_sigmas").properties()) {
            assertEquals(sigma.getValue().asDouble(), sigmas[level(sigma.getKey())], 1e-6, sigma.getKey());
        }
        ForwardProcess process = new ForwardProcess(schedule, PredictionType.FLOW);
        float[] x0 = Golden.floats(expected.get("x0"));
        float[] noise = Golden.floats(expected.get("noise"));
        for (Map.Entry<String, JsonNode> added : expected.get("add").properties()) {
            int t = level(added.getKey());
            float[] x = x0.clone();
            float[] target = noise.clone();
            process.apply(t, x, target, 0, x.length);
            assertEquals(added.getValue().get("timestep").asDouble(), process.time(t), 1e-3);
            assertArrayEquals(Golden.floats(added.getValue().get("noisy")), x, 1e-5f);
            for (int i = 0; i < x.length; i++) {
                assertEquals(noise[i] - x0[i], target[i], 1e-6);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 3})
    void shouldStepLikeDiffusers(double shift) throws IOException {
        JsonNode expected = golden(shift);
        FlowSchedule schedule = new FlowSchedule(ALL, shift);
        int steps = expected.get("num_inference_steps").asInt();
        double[] sigmas = schedule.samplerSigmas(steps);
        for (int i = 0; i <= steps; i++) {
            assertEquals(expected.get("sigmas").get(i).asDouble(), sigmas[i], 1e-6);
        }
        FlowEulerSampler sampler = new FlowEulerSampler(schedule, steps);
        float[] times = sampler.timesteps();
        assertArrayEquals(Golden.floats(expected.get("timesteps")), times, 1e-3f);
        for (JsonNode step : expected.get("steps")) {
            float[] sample = Golden.floats(step.get("sample"));
            float[] output = Golden.floats(expected.get("model_output"));
            sampler.begin(sample.length).step(output, times[step.get("index").asInt()], sample, null);
            assertArrayEquals(Golden.floats(step.get("prev_sample")), sample, 2e-5f);
        }
    }

    /** By hand: u = 3/4 and shift 2 are sigma = 1.5 / 1.75 = 6/7; the last sigma is 0.5 / 1.25 = 0.4, shifted again 0.8 / 1.4. */
    @Test
    void shouldShiftTowardsTheNoiseAndOnceMoreForSampling() {
        FlowSchedule schedule = new FlowSchedule(4, 2);
        assertArrayEquals(new float[] {0.4f, 2 / 3f, 6 / 7f, 1}, schedule.noise(), 1e-6f);
        assertArrayEquals(new float[] {1.6f, 8 / 3f, 24 / 7f, 4}, schedule.times(), 1e-6f);
        assertArrayEquals(new double[] {1, 0.8 / 1.4, 0}, schedule.samplerSigmas(2), 1e-12);
        assertArrayEquals(new double[] {1, 0}, schedule.samplerSigmas(1));
        float[] x = {0.5f};
        float[] target = {-1};
        new ForwardProcess(schedule, PredictionType.FLOW).apply(0, x, target, 0, 1);
        assertEquals(0.6 * 0.5 - 0.4, x[0], 1e-6);
        assertEquals(-1.5, target[0]);
        float[] wholeWay = {-1};
        new FlowEulerSampler(schedule, 1).begin(1).step(target, 4, wholeWay, null);
        assertEquals(0.5, wholeWay[0], "straight back to the image");
        assertThrows(IllegalArgumentException.class, () -> schedule.samplerSigmas(5));
    }

    @Test
    void shouldTellTheNetworkWholeTimesWithoutAShift() {
        float[] times = new FlowSchedule(ALL, 1).times();
        for (int t = 0; t < ALL; t++) {
            assertEquals(t + 1, times[t], 1e-4);
        }
    }

    @Test
    void shouldWriteAndReadDiffusersConfiguration() {
        SchedulerConfig config = new SchedulerConfig(new FlowSchedule(500, 3), PredictionType.FLOW, false);
        ObjectNode json = config.toJson();
        assertEquals("FlowMatchEulerDiscreteScheduler", json.get("_class_name").asText());
        assertEquals(config, SchedulerConfig.fromJson(json));
        json.put("use_dynamic_shifting", true);
        assertRefused(json, "use_dynamic_shifting");
        json.put("use_dynamic_shifting", false).put("_class_name", "FlowMatchHeunDiscreteScheduler");
        assertRefused(json, "FlowMatchHeunDiscreteScheduler");
        assertRefused(
                new ObjectMapper()
                        .createObjectNode()
                        .put("_class_name", "DPMSolverMultistepScheduler")
                        .put("prediction_type", "flow_prediction"),
                "flow_prediction is not supported; use one of epsilon, v_prediction");
    }

    private static void assertRefused(ObjectNode json, String named) {
        String message = assertThrows(IllegalArgumentException.class, () -> SchedulerConfig.fromJson(json))
                .getMessage();
        assertTrue(message.contains(named), message);
    }

    @Test
    void shouldKeepTheTwoProcessesApart() {
        FlowSchedule flow = new FlowSchedule(10, 1);
        NoiseSchedule betas = NoiseSchedule.linear(10);
        assertThrows(IllegalArgumentException.class, () -> new ForwardProcess(flow, PredictionType.EPSILON));
        assertThrows(IllegalArgumentException.class, () -> new ForwardProcess(betas, PredictionType.FLOW));
        assertThrows(IllegalArgumentException.class, () -> new SchedulerConfig(betas, PredictionType.FLOW, false));
        assertThrows(IllegalArgumentException.class, () -> LossWeighting.minSnr(flow, PredictionType.FLOW, 5));
        assertThrows(IllegalArgumentException.class, () -> new FlowSchedule(10, 0));
        assertThrows(IllegalArgumentException.class, () -> new FlowSchedule(0, 1));
    }
}
