package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.schedule.BetaSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.schedule.SchedulerConfig;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EulerSamplerTest {

    private static JsonNode golden(String name) throws IOException {
        return Golden.json("schedulers2.json").get(name);
    }

    static Stream<String> cases() throws IOException {
        return golden("euler_discrete")
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> name.matches(".*(epsilon|v_prediction)"));
    }

    /** x_t in terms of diffusers' sample, x_t sqrt(sigma^2 + 1), and back. */
    private static float[] times(float[] values, double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return scaled;
    }

    private static double spread(double sigma) {
        return Math.sqrt(sigma * sigma + 1);
    }

    private static float largest(float[] values) {
        float largest = 1;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldStepLikeDiffusersInEverySpacing(String name) throws IOException {
        String[] words = name.split(" ");
        JsonNode expected = golden("euler_discrete").get(name);
        JsonNode sigmas = expected.get("sigmas");
        int steps = expected.get("num_inference_steps").asInt();
        EulerSampler sampler = new EulerSampler(
                NoiseSchedule.of(
                        SchedulerConfig.fromJson(golden("configs").get(words[0]))
                                .schedule(),
                        "the test"),
                PredictionType.fromDiffusersName(words[2]),
                TimestepSpacing.of(words[1]),
                steps,
                false);
        assertArrayEquals(Golden.floats(expected.get("timesteps")), sampler.timesteps(), 1e-3f);
        double startSigma = sigmas.get(0).asDouble();
        double start = expected.get("init_noise_sigma").asDouble() / spread(startSigma);
        assertEquals(start, sampler.startDeviation(), 1e-4 * start);
        for (JsonNode step : expected.get("steps")) {
            int index = step.get("index").asInt();
            double sigma = sigmas.get(index).asDouble();
            float[] sample = times(Golden.floats(step.get("sample")), 1 / spread(sigma));
            assertArrayEquals(Golden.floats(step.get("scaled_input")), sample, 2e-5f * largest(sample), "input");
            sampler.begin(sample.length)
                    .step(Golden.floats(expected.get("model_output")), sampler.timesteps()[index], sample, null);
            float[] previous = Golden.floats(step.get("prev_sample"));
            assertArrayEquals(
                    previous,
                    times(sample, spread(sigmas.get(index + 1).asDouble())),
                    2e-4f * largest(previous),
                    "step " + index);
        }
    }

    /**
     * Two timesteps of beta 1/2 have alpha_bar 1/2 and 1/4, so sigma 1 and sqrt(3): from z = 2 x = 1.2 with eps = 0.4 to z' = 1.2 + (1 -
     * sqrt(3)) 0.4, which is sqrt(2) x', and on to x_0 = z' - 0.5.
     */
    @Test
    void shouldMoveAlongTheNoiseByTheDifferenceOfSigmas() {
        EulerSampler sampler = new EulerSampler(
                new NoiseSchedule(BetaSchedule.LINEAR, 2, 0.5, 0.5),
                PredictionType.EPSILON,
                TimestepSpacing.LINSPACE,
                2,
                false);
        assertArrayEquals(new float[] {1, 0}, sampler.timesteps());
        assertEquals(Math.sqrt(3) / 2, sampler.startDeviation(), 1e-6);
        float[] sample = {0.6f};
        Sampler.Trajectory trajectory = sampler.begin(1);
        trajectory.step(new float[] {0.4f}, 1, sample, null);
        double z = 1.2 + (1 - Math.sqrt(3)) * 0.4;
        assertEquals(z / Math.sqrt(2), sample[0], 1e-6);
        trajectory.step(new float[] {0.5f}, 0, sample, null);
        assertEquals(z - 0.5, sample[0], 1e-6);
    }

    @Test
    void shouldAskBetweenTimestepsWhereStepsDoNotDivideThem() {
        EulerSampler sampler =
                new EulerSampler(NoiseSchedule.linear(10), PredictionType.EPSILON, TimestepSpacing.LINSPACE, 3, true);
        assertArrayEquals(new float[] {9, 4.5f, 0}, sampler.timesteps());
        assertThrows(
                IllegalArgumentException.class, () -> sampler.begin(1).step(new float[1], 4, new float[] {0.3f}, null));
    }

    @Test
    void shouldClipWhatAnUncertainNetworkSaysOfPureNoise() {
        NoiseSchedule schedule = NoiseSchedule.cosine(1000);
        float[] sample = {0.5f};
        new EulerSampler(schedule, PredictionType.EPSILON, TimestepSpacing.LINSPACE, 1, true)
                .begin(1)
                .step(new float[] {0.4f}, 0, sample, null);
        assertEquals(0.5, sample[0], 0.02, "hardly any noise at t = 0");
        float[] first = {0.5f};
        new EulerSampler(schedule, PredictionType.EPSILON, TimestepSpacing.TRAILING, 1, true)
                .begin(1)
                .step(new float[] {0.4f}, 999, first, null);
        assertEquals(1, first[0], 1e-5, "0.1 / 5e-5 would be far outside of images");
    }

    /** The last alpha_bar is 0, and sigma would be infinite. */
    @Test
    void shouldReachTheImageFromAZeroTerminalSnr() {
        NoiseSchedule schedule = new NoiseSchedule(BetaSchedule.LINEAR, 1000, 1e-4, 0.02, true);
        EulerSampler sampler =
                new EulerSampler(schedule, PredictionType.V_PREDICTION, TimestepSpacing.TRAILING, 10, true);
        float[] alphasCumprod = schedule.alphasCumprod();
        assertEquals(1, sampler.startDeviation(), 1e-6);
        float image = 0.25f;
        float[] sample = {0.5f};
        Sampler.Trajectory trajectory = sampler.begin(1);
        for (float t : sampler.timesteps()) {
            double a = Math.sqrt(alphasCumprod[(int) t]);
            double s = Math.sqrt(1 - alphasCumprod[(int) t]);
            trajectory.step(new float[] {(float) ((a * sample[0] - image) / s)}, t, sample, null);
        }
        assertEquals(image, sample[0], 1e-5, "the network knows the image");
    }
}
