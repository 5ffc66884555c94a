package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/**
 * Ancestral sampling (Ho et al. 2020, formula 7) as diffusers' DDPMScheduler with its defaults: x_0 clipped,
 * variance "fixed_small" b (1 - a') / (1 - a), at least 1e-20, with b = 1 - a / a'. a' is of the next timestep
 * that is sampled from, as in diffusers since its pull request 9384 (before, of the one T / steps lower).
 */
public final class DdpmSampler extends OneStepSampler {
    private static final float LEAST_VARIANCE = 1e-20f;

    private final SpacedTimesteps spacing;
    private final NetworkOutput output;

    /**
     * @param steps number of network evaluations for an image, 1..T
     * @param clip whether a predicted x_0 is clipped to -1..1, as pixels are (diffusers: clip_sample)
     */
    public DdpmSampler(
            NoiseSchedule schedule, PredictionType prediction, TimestepSpacing spacing, int steps, boolean clip) {
        this(new SpacedTimesteps(schedule, spacing, steps), NetworkOutput.of(prediction, clip));
    }

    private DdpmSampler(SpacedTimesteps spacing, NetworkOutput output) {
        super(spacing.timesteps());
        this.spacing = spacing;
        this.output = output;
    }

    /** With leading spacing and x_0 clipped, diffusers' defaults. */
    public DdpmSampler(NoiseSchedule schedule, PredictionType prediction, int steps) {
        this(schedule, prediction, TimestepSpacing.LEADING, steps, true);
    }

    @Override
    public boolean addsNoise(float t) {
        return t > 0;
    }

    @Override
    void step(float[] prediction, float t, float[] sample, float[] noise) {
        float alphaBar = spacing.alphaBar(t);
        float next = spacing.alphaBarBehind(position(t));
        float alpha = alphaBar / next;
        float beta = 1f - alpha;
        float signal = (float) Math.sqrt(alphaBar);
        float sigma = (float) Math.sqrt(1f - alphaBar);
        float startFactor = (float) Math.sqrt(next) * beta / (1f - alphaBar);
        float sampleFactor = (float) Math.sqrt(alpha) * (1f - next) / (1f - alphaBar);
        float variance = Math.max(LEAST_VARIANCE, (1f - next) / (1f - alphaBar) * beta);
        float deviation = t > 0 ? (float) Math.sqrt(variance) : 0f;
        for (int i = 0; i < sample.length; i++) {
            float x0 = output.start(prediction[i], sample[i], signal, sigma);
            float mean = startFactor * x0 + sampleFactor * sample[i];
            sample[i] = t > 0 ? mean + deviation * noise[i] : mean;
        }
    }
}
