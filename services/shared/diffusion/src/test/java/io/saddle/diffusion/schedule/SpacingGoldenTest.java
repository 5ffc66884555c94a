package io.saddle.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.DdpmSampler;
import io.saddle.diffusion.sampling.DpmSolverSampler;
import io.saddle.diffusion.sampling.Sampler;
import io.saddle.diffusion.sampling.TimestepSpacing;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spacings, schedules and weights beside those of diffusers 0.3x's schedulers and training script. */
class SpacingGoldenTest {

    private static final List<String> SCHEDULES = List.of("linear-1000", "cosine-1000", "scaled-linear-1000");

    private static JsonNode golden(String section) throws IOException {
        return Golden.json("schedulers2.json").get(section);
    }

    private static NoiseSchedule schedule(String name, boolean zeroTerminalSnr) throws IOException {
        ObjectNode config = golden("configs").get(name).deepCopy();
        config.put("rescale_betas_zero_snr", zeroTerminalSnr).put("prediction_type", "v_prediction");
        return NoiseSchedule.of(SchedulerConfig.fromJson(config).schedule(), "the test");
    }

    /** Of values that reach far, as float32 is. */
    private static void assertNear(JsonNode expected, float[] actual, String what) {
        float[] values = Golden.floats(expected);
        float largest = 1;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(values, actual, 2e-5f * largest, what);
    }

    private static void assertTimesteps(JsonNode expected, float[] actual) {
        assertEquals(expected.get("count").asInt(), actual.length);
        JsonNode first = expected.get("first");
        JsonNode last = expected.get("last");
        for (int i = 0; i < first.size(); i++) {
            assertEquals(first.get(i).asInt(), actual[i]);
            assertEquals(last.get(i).asInt(), actual[actual.length - last.size() + i]);
        }
    }

    @ParameterizedTest
    @EnumSource(TimestepSpacing.class)
    void shouldTakeTheTimestepsOfDiffusers(TimestepSpacing spacing) throws IOException {
        NoiseSchedule linear = NoiseSchedule.linear(1000);
        for (Map.Entry<String, JsonNode> steps : golden("timesteps_linear").properties()) {
            int count = Integer.parseInt(steps.getKey());
            JsonNode expected = steps.getValue().get(spacing.name().toLowerCase(Locale.ROOT));
            PredictionType prediction = PredictionType.V_PREDICTION;
            assertTimesteps(
                    expected.get("ddim"), new DdimSampler(linear, prediction, spacing, count, 0, true).timesteps());
            assertTimesteps(
                    expected.get("ddim"), new DdpmSampler(linear, prediction, spacing, count, true).timesteps());
            if (count < 1000) {
                assertTimesteps(
                        expected.get("dpmsolver"),
                        DpmSolverSampler.of(linear, prediction, spacing, count, true)
                                .timesteps());
            }
        }
    }

    /** Of the predictions that networks are trained for here. */
    private static Stream<String> names(String section) throws IOException {
        return golden(section)
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> name.matches(".*(epsilon|v_prediction)"));
    }

    static Stream<String> ddim() throws IOException {
        return names("ddim");
    }

    @ParameterizedTest
    @MethodSource("ddim")
    void shouldStepLikeDdimInEverySpacing(String name) throws IOException {
        String[] words = name.split(" ");
        JsonNode expected = golden("ddim").get(name);
        Sampler sampler = new DdimSampler(
                schedule(words[0], false),
                PredictionType.fromDiffusersName(words[2]),
                TimestepSpacing.of(words[1]),
                50,
                0,
                true);
        assertTimesteps(expected.get("timesteps"), sampler.timesteps());
        for (JsonNode step : expected.get("steps")) {
            float[] sample = Golden.floats(expected.get("sample"));
            int t = step.get("timestep").asInt();
            sampler.begin(sample.length).step(Golden.floats(expected.get("model_output")), t, sample, null);
            assertNear(step.get("prev_sample"), sample, "t = " + t);
        }
        unclipped(words, expected, expected.get("step_unclipped_eta"));
    }

    /** As latents are sampled, which have no bounds. */
    private static void unclipped(String[] words, JsonNode expected, JsonNode step) throws IOException {
        Sampler sampler = new DdimSampler(
                schedule(words[0], false),
                PredictionType.fromDiffusersName(words[2]),
                TimestepSpacing.of(words[1]),
                50,
                step.get("eta").asDouble(),
                false);
        float[] sample = Golden.floats(expected.get("sample"));
        sampler.begin(sample.length)
                .step(
                        Golden.floats(expected.get("model_output")),
                        step.get("timestep").asInt(),
                        sample,
                        Golden.floats(step.get("variance_noise")));
        assertNear(step.get("prev_sample"), sample, "unclipped, with fresh noise");
    }

    static Stream<String> dpmSolver() throws IOException {
        return names("dpmsolver_multistep");
    }

    @ParameterizedTest
    @MethodSource("dpmSolver")
    void shouldFollowDpmSolverInEverySpacing(String name) throws IOException {
        String[] words = name.split(" ");
        JsonNode run = golden("dpmsolver_multistep").get(name).get("run");
        Sampler sampler = new DpmSolverSampler(
                schedule(words[0], false),
                PredictionType.fromDiffusersName(words[2]),
                TimestepSpacing.of(words[1]),
                run.get("num_inference_steps").asInt(),
                false,
                Double.NEGATIVE_INFINITY);
        assertRun(run, sampler);
    }

    private static void assertRun(JsonNode run, Sampler sampler) {
        float[] timesteps = sampler.timesteps();
        float[] sample = Golden.floats(run.get("samples").get(0));
        Sampler.Trajectory trajectory = sampler.begin(sample.length);
        for (int i = 0; i < timesteps.length; i++) {
            assertEquals(run.get("timesteps").get(i).asInt(), timesteps[i]);
            trajectory.step(Golden.floats(run.get("model_outputs").get(i)), timesteps[i], sample, null);
            assertNear(run.get("samples").get(i + 1), sample, "after step " + (i + 1));
        }
    }

    static Stream<String> schedules() {
        return SCHEDULES.stream();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldRescaleToAZeroTerminalSnr(String name) throws IOException {
        JsonNode expected = golden("zero_terminal_snr").get(name);
        NoiseSchedule schedule = schedule(name, true);
        float[] alphasCumprod = schedule.alphasCumprod();
        for (Map.Entry<String, JsonNode> value : expected.get("alphas_cumprod").properties()) {
            assertEquals(
                    value.getValue().asDouble(), alphasCumprod[Integer.parseInt(value.getKey())], 2e-5, value.getKey());
        }
        assertEquals(0, alphasCumprod[999], "nothing of the image");
        ForwardProcess process = new ForwardProcess(schedule, PredictionType.V_PREDICTION);
        for (Map.Entry<String, JsonNode> noisy : expected.get("add_noise").properties()) {
            float[] x = Golden.floats(expected.get("sample"));
            float[] target = Golden.floats(expected.get("noise"));
            process.apply(Integer.parseInt(noisy.getKey()), x, target, 0, x.length);
            assertNear(noisy.getValue(), x, "x at t = " + noisy.getKey());
            assertNear(expected.get("get_velocity").get(noisy.getKey()), target, "v at t = " + noisy.getKey());
        }
        Sampler ddim = new DdimSampler(
                schedule,
                PredictionType.V_PREDICTION,
                TimestepSpacing.TRAILING,
                expected.get("timesteps").get("count").asInt(),
                0,
                false);
        for (JsonNode step : expected.get("ddim_steps")) {
            float[] sample = Golden.floats(expected.get("sample"));
            int t = step.get("timestep").asInt();
            ddim.begin(sample.length).step(Golden.floats(expected.get("model_output")), t, sample, null);
            assertNear(step.get("prev_sample"), sample, "DDIM from t = " + t);
        }
        JsonNode run = expected.get("dpmsolver_run");
        assertRun(
                run,
                new DpmSolverSampler(
                        schedule,
                        PredictionType.V_PREDICTION,
                        TimestepSpacing.TRAILING,
                        run.get("timesteps").size(),
                        false,
                        Double.NEGATIVE_INFINITY));
    }

    @Test
    void shouldRefuseToPredictTheNoiseWhereNothingElseIsLeft() {
        NoiseSchedule zero = new NoiseSchedule(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, true);
        assertThrows(IllegalArgumentException.class, () -> LossWeighting.minSnr(zero, PredictionType.EPSILON, 5));
        ObjectNode config = new SchedulerConfig(zero, PredictionType.V_PREDICTION, true).toJson();
        assertEquals("trailing", config.get("timestep_spacing").asText());
        assertEquals(zero, SchedulerConfig.fromJson(config).schedule());
        config.put("prediction_type", "epsilon");
        assertThrows(IllegalArgumentException.class, () -> SchedulerConfig.fromJson(config));
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear-1000", "cosine-1000", "scaled-linear-1000", "linear-1000 zero terminal snr"})
    void shouldWeighLikeDiffusersMinSnr(String name) throws IOException {
        JsonNode expected = golden("min_snr").get(name);
        boolean zero = name.endsWith("snr");
        NoiseSchedule schedule = schedule(name.split(" ")[0], zero);
        double gamma = expected.get("gamma").asDouble();
        LossWeighting velocity = LossWeighting.minSnr(schedule, PredictionType.V_PREDICTION, gamma);
        LossWeighting epsilon = zero ? null : LossWeighting.minSnr(schedule, PredictionType.EPSILON, gamma);
        for (int i = 0; i < expected.get("timesteps").size(); i++) {
            int t = expected.get("timesteps").get(i).asInt();
            // The reference computes 1 - alpha_bar in float32: at the first two few digits are left.
            double tolerance = t <= 1 ? 2e-3 : 5e-4;
            double weight = expected.get("weight_v_prediction").get(i).asDouble();
            assertEquals(weight, velocity.at(t), tolerance * weight, "v at t = " + t);
            if (epsilon != null) {
                weight = expected.get("weight_epsilon").get(i).asDouble();
                assertEquals(weight, epsilon.at(t), tolerance * weight, "epsilon at t = " + t);
            }
        }
    }
}
