package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import org.junit.jupiter.api.Test;

class FlowEulerSamplerTest {
    private static final double MEAN = 0.1;
    private static final double DEVIATION = 0.3;

    /** What a network that knows the data x_0 ~ N(MEAN, DEVIATION^2) says: E[eps - x_0 | x]. */
    private static float output(float x, double sigma) {
        double a = 1 - sigma;
        double variance = a * a * DEVIATION * DEVIATION + sigma * sigma;
        double start = MEAN + a * DEVIATION * DEVIATION / variance * (x - a * MEAN);
        double noise = sigma / variance * (x - a * MEAN);
        return (float) (noise - start);
    }

    private static double error(int steps, double shift) {
        FlowSchedule schedule = new FlowSchedule(1000, shift);
        Sampler sampler = new FlowEulerSampler(schedule, steps);
        float[] sample = {1.3f};
        Sampler.Trajectory trajectory = sampler.begin(1);
        for (float t : sampler.timesteps()) {
            trajectory.step(new float[] {output(sample[0], t / 1000)}, t, sample, null);
        }
        return Math.abs(MEAN + DEVIATION * 1.3 - sample[0]);
    }

    /** The ODE keeps the place within the distribution: noise of 1.3 becomes an image 1.3 deviations above the mean. */
    @Test
    void shouldReachTheImagesWithOrderOne() {
        for (double shift : new double[] {1, 3}) {
            double coarse = error(50, shift);
            double fine = error(100, shift);
            assertEquals(2, coarse / fine, 0.25);
            assertEquals(0, fine, 0.02);
        }
    }

    @Test
    void shouldNotBeTakenForAFlowBySamplersOnBetas() {
        NoiseSchedule betas = NoiseSchedule.linear(100);
        assertThrows(IllegalArgumentException.class, () -> new DdimSampler(betas, PredictionType.FLOW, 10, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new EulerSampler(betas, PredictionType.FLOW, TimestepSpacing.LINSPACE, 10, true));
    }
}
