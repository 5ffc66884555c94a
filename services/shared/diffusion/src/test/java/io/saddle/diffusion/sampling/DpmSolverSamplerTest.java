package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.schedule.BetaSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpmSolverSamplerTest {
    private static final double MEAN = 0.1;
    private static final double DEVIATION = 0.3;

    /** Networks that know the data exactly: x_0 ~ N(MEAN, DEVIATION^2), so that x_t and the ODE have closed forms. */
    private record GaussianData(float[] alphasCumprod, PredictionType prediction) {

        double deviation(int t) {
            return Math.sqrt(alphasCumprod[t] * DEVIATION * DEVIATION + 1 - alphasCumprod[t]);
        }

        /** E[eps | x_t] = s (x_t - a MEAN) / (a^2 DEVIATION^2 + s^2). */
        float[] output(float[] x, int t) {
            double a = Math.sqrt(alphasCumprod[t]);
            double s = Math.sqrt(1 - alphasCumprod[t]);
            float[] output = new float[x.length];
            for (int i = 0; i < x.length; i++) {
                double eps = s * (x[i] - a * MEAN) / (deviation(t) * deviation(t));
                double start = (x[i] - s * eps) / a;
                output[i] = (float) (prediction == PredictionType.EPSILON ? eps : a * eps - s * start);
            }
            return output;
        }

        /** The ODE keeps the place within the distribution: (x_t - a_t MEAN) / deviation_t is constant. */
        double solution(double x, int from, int to) {
            double place = (x - Math.sqrt(alphasCumprod[from]) * MEAN) / deviation(from);
            return Math.sqrt(alphasCumprod[to]) * MEAN + place * deviation(to);
        }
    }

    /** The largest distance to the ODE's solution at timestep {@code until}, from the sampler's own first timestep. */
    private static double error(Sampler sampler, GaussianData network, int until) {
        float[] start = {-1f, 0.5f, 1.3f};
        float[] x = start.clone();
        Sampler.Trajectory trajectory = sampler.begin(x.length);
        float[] timesteps = sampler.timesteps();
        for (int i = 0; timesteps[i] > until; i++) {
            trajectory.step(network.output(x, (int) timesteps[i]), timesteps[i], x, null);
        }
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            error = Math.max(error, Math.abs(x[i] - network.solution(start[i], (int) timesteps[0], until)));
        }
        return error;
    }

    static IntStream cases() throws IOException {
        return IntStream.range(0, Golden.json("dpm-solver.json").get("cases").size());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldFollowTheTrajectoryOfTheReference(int number) throws IOException {
        JsonNode golden = Golden.json("dpm-solver.json").get("cases").get(number);
        NoiseSchedule schedule = new NoiseSchedule(
                BetaSchedule.fromDiffusersName(golden.get("beta_schedule").asText()),
                golden.get("num_train_timesteps").asInt(),
                1e-4,
                0.02);
        JsonNode least = golden.get("lambda_min_clipped");
        DpmSolverSampler sampler = new DpmSolverSampler(
                schedule,
                PredictionType.fromDiffusersName(golden.get("prediction_type").asText()),
                TimestepSpacing.LINSPACE,
                golden.get("steps").asInt(),
                golden.get("clip").asBoolean(),
                least.isNull() ? Double.NEGATIVE_INFINITY : least.asDouble());
        float[] timesteps = sampler.timesteps();
        assertEquals(golden.get("timesteps").size(), timesteps.length);
        float[] sample = Golden.floats(golden.get("start"));
        Sampler.Trajectory trajectory = sampler.begin(sample.length);
        int firstKept = golden.get("first_sample").asInt();
        for (int i = 0; i < timesteps.length; i++) {
            assertEquals(golden.get("timesteps").get(i).asInt(), timesteps[i]);
            trajectory.step(Golden.floats(golden.get("predictions").get(i)), timesteps[i], sample, null);
            if (i >= firstKept) {
                float[] expected = Golden.floats(golden.get("samples").get(i - firstKept));
                float largest = 1;
                for (float value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertArrayEquals(expected, sample, 1e-5f * largest, "after step " + (i + 1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PredictionType.class,
            names = {"EPSILON", "V_PREDICTION"})
    void shouldConvergeWithOrderTwoWhereDdimHasOrderOne(PredictionType prediction) {
        NoiseSchedule schedule = NoiseSchedule.linear(1000);
        GaussianData network = new GaussianData(schedule.alphasCumprod(), prediction);
        // Timestep 500 is among the timesteps of every sampler here: the error there is that of regular steps only.
        int until = 500;
        for (int steps : new int[] {20, 50}) {
            double coarse = error(DpmSolverSampler.of(schedule, prediction, steps), network, until);
            double fine = error(DpmSolverSampler.of(schedule, prediction, 2 * steps), network, until);
            assertTrue(coarse / fine > 3.5, "order 2 means 4, was " + coarse / fine);
            double ddimCoarse = error(new DdimSampler(schedule, prediction, steps, 0), network, until);
            double ddimFine = error(new DdimSampler(schedule, prediction, 2 * steps, 0), network, until);
            assertEquals(2, ddimCoarse / ddimFine, 0.15);
            assertTrue(fine < ddimFine / 5, fine + " against " + ddimFine);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80})
    void shouldMakeImagesNearerToTheSolutionThanDdimWithTheSameNetworkCalls(int steps) {
        NoiseSchedule schedule = NoiseSchedule.cosine(1000);
        GaussianData network = new GaussianData(schedule.alphasCumprod(), PredictionType.V_PREDICTION);
        double ours = imageError(DpmSolverSampler.of(schedule, PredictionType.V_PREDICTION, steps), network);
        double ddim = imageError(new DdimSampler(schedule, PredictionType.V_PREDICTION, steps, 0), network);
        assertTrue(ours < ddim / 3, ours + " against " + ddim);
    }

    /** The error after the last step, at alpha_bar = 1. */
    private static double imageError(Sampler sampler, GaussianData network) {
        float[] x = {0.4f};
        double place = network.solution(x[0], (int) sampler.timesteps()[0], 0);
        double exact = MEAN + DEVIATION * (place - Math.sqrt(network.alphasCumprod()[0]) * MEAN) / network.deviation(0);
        Sampler.Trajectory trajectory = sampler.begin(1);
        for (float t : sampler.timesteps()) {
            trajectory.step(network.output(x, (int) t), t, x, null);
        }
        return Math.abs(x[0] - exact);
    }

    @Test
    void shouldKeepBatchesApart() {
        DpmSolverSampler sampler = DpmSolverSampler.of(NoiseSchedule.linear(1000), PredictionType.EPSILON, 3);
        float[] alone = {0.3f};
        float[] mixed = {0.3f};
        float[] other = {-2f};
        Sampler.Trajectory first = sampler.begin(1);
        Sampler.Trajectory second = sampler.begin(1);
        Sampler.Trajectory third = sampler.begin(1);
        for (float t : sampler.timesteps()) {
            first.step(new float[] {0.1f}, t, alone, null);
            second.step(new float[] {0.1f}, t, mixed, null);
            third.step(new float[] {t / 1000f}, t, other, null);
        }
        assertArrayEquals(alone, mixed);
    }

    @Test
    void shouldRefuseStepsOutOfOrder() {
        DpmSolverSampler sampler = DpmSolverSampler.of(NoiseSchedule.linear(1000), PredictionType.EPSILON, 2);
        float[] x = {0.3f};
        Sampler.Trajectory trajectory = sampler.begin(1);
        assertThrows(IllegalStateException.class, () -> trajectory.step(x, 500, x, null));
        trajectory.step(x, 999, x, null);
        trajectory.step(x, 500, x, null);
        assertThrows(IllegalStateException.class, () -> trajectory.step(x, 500, x, null));
    }

    @Test
    void shouldRefuseMoreStepsThanItHasTimestepsFor() {
        NoiseSchedule schedule = NoiseSchedule.cosine(100);
        assertEquals(
                99,
                DpmSolverSampler.of(schedule, PredictionType.V_PREDICTION, 99).timesteps().length);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> DpmSolverSampler.of(schedule, PredictionType.V_PREDICTION, 100))
                .getMessage();
        assertTrue(message.contains("1..99") && message.contains("100"), message);
    }
}
