package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/**
 * Euler's method on the probability flow ODE (Karras et al. 2022, arXiv 2206.00364, algorithm 2 without fresh noise) as diffusers'
 * EulerDiscreteScheduler with its defaults (sigmas interpolated linearly between timesteps, the last one 0, no Karras sigmas) but
 * for clipping.
 *
 * <p>With sigma = s / a, where x_t = a x_0 + s eps: z' = z + (sigma' - sigma) (z - x_0) / sigma for z = x_t / a. Samples are kept as
 * the network takes them, x_t = z / sqrt(sigma^2 + 1), which diffusers calls the scaled input. So x' = s' / s x + a' (1 - sigma' /
 * sigma) x_0: DDIM's step, between other timesteps.
 */
public final class EulerSampler extends OneStepSampler {
    private final NetworkOutput output;
    private final float[] signal;
    private final float[] noise;
    private final float[] sampleFactor;
    private final float[] startFactor;
    private final float startDeviation;

    /**
     * @param steps number of network evaluations for an image, 1..T
     * @param clip whether a predicted x_0 is clipped to -1..1 (diffusers: never)
     */
    public EulerSampler(
            NoiseSchedule schedule, PredictionType prediction, TimestepSpacing spacing, int steps, boolean clip) {
        this(new Sigmas(schedule, spacing, steps), prediction, spacing, clip);
    }

    private EulerSampler(Sigmas sigmas, PredictionType prediction, TimestepSpacing spacing, boolean clip) {
        super(sigmas.timesteps);
        output = NetworkOutput.of(prediction, clip);
        int steps = sigmas.timesteps.length;
        signal = new float[steps];
        noise = new float[steps];
        sampleFactor = new float[steps];
        startFactor = new float[steps];
        for (int i = 0; i < steps; i++) {
            double sigma = sigmas.values[i];
            double next = sigmas.values[i + 1];
            signal[i] = (float) signal(sigma);
            noise[i] = (float) (sigma * signal(sigma));
            sampleFactor[i] = (float) (next * signal(next) / (sigma * signal(sigma)));
            startFactor[i] = (float) (signal(next) * (1 - next / sigma));
        }
        // Deviation of z is the largest sigma; of x_t it is 1 where leading timesteps leave out the last one.
        startDeviation = spacing == TimestepSpacing.LEADING ? 1 : noise[0];
    }

    @Override
    public float startDeviation() {
        return startDeviation;
    }

    @Override
    public boolean addsNoise(float t) {
        return false;
    }

    @Override
    void step(float[] prediction, float t, float[] sample, float[] none) {
        int step = position(t);
        float a = signal[step];
        float s = noise[step];
        for (int i = 0; i < sample.length; i++) {
            float start = output.start(prediction[i], sample[i], a, s);
            sample[i] = sampleFactor[step] * sample[i] + startFactor[step] * start;
        }
    }

    /** a, of x_t = a x_0 + s eps with a^2 + s^2 = 1 and sigma = s / a. */
    private static double signal(double sigma) {
        return 1 / Math.sqrt(sigma * sigma + 1);
    }

    /** Timesteps and sigma at each, then 0. */
    private static final class Sigmas {
        private final float[] timesteps;
        private final double[] values;

        Sigmas(NoiseSchedule schedule, TimestepSpacing spacing, int steps) {
            double[] spaced = spacing.timesteps(schedule.trainTimesteps(), steps);
            float[] alphasCumprod = schedule.positiveAlphasCumprod();
            timesteps = new float[steps];
            values = new double[steps + 1];
            for (int i = 0; i < steps; i++) {
                timesteps[i] = (float) spaced[i];
                int below = (int) timesteps[i];
                double part = timesteps[i] - below;
                double sigma = sigma(alphasCumprod[below]);
                values[i] = part == 0 ? sigma : sigma + part * (sigma(alphasCumprod[below + 1]) - sigma);
            }
        }

        private static double sigma(double alphaBar) {
            return Math.sqrt((1 - alphaBar) / alphaBar);
        }
    }
}
