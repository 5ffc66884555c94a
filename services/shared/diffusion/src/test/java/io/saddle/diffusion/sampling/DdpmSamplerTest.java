package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.BetaSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DdpmSamplerTest {
    private static final int VALUES = 20_000;
    private static final int ALL = 1000;
    private static final double DEVIATION = 0.5;

    /**
     * Data of N(0, d^2), whose best prediction is eps = s x / (a^2 d^2 + s^2): d is what comes out, whatever timesteps it comes by, somewhat
     * less with the smaller of the two variances. A step to T / steps below its timestep in place of the next one leaves noise.
     */
    @ParameterizedTest
    @CsvSource({"TRAILING, 600", "TRAILING, 400", "LINSPACE, 150", "LEADING, 300", "TRAILING, 250"})
    void shouldKeepTheSpreadOfTheDataByWhateverTimesteps(TimestepSpacing spacing, int steps) {
        NoiseSchedule schedule = new NoiseSchedule(BetaSchedule.LINEAR, ALL, 1e-4, 0.02);
        float[] alphaBar = schedule.alphasCumprod();
        DdpmSampler sampler = new DdpmSampler(schedule, PredictionType.EPSILON, spacing, steps, false);
        RandomStreams streams = new RandomStreams(3);
        float[] sample = new float[VALUES];
        float[] noise = new float[VALUES];
        float[] eps = new float[VALUES];
        streams.gaussian(sample, 0, VALUES, "start", 0);
        Sampler.Trajectory trajectory = sampler.begin(VALUES);
        for (float t : sampler.timesteps()) {
            for (int i = 0; i < VALUES; i++) {
                double noisy = 1 - alphaBar[(int) t];
                eps[i] = (float) (Math.sqrt(noisy) * sample[i] / (alphaBar[(int) t] * DEVIATION * DEVIATION + noisy));
            }
            streams.gaussian(noise, 0, VALUES, "step", (long) t);
            trajectory.step(eps, t, sample, noise);
        }
        double squares = 0;
        for (float value : sample) {
            squares += value * value;
        }
        double relative = Math.sqrt(squares / VALUES) / DEVIATION;
        assertTrue(relative > 0.9 && relative < 1.02, "standard deviation by that of the data: " + relative);
    }
}
