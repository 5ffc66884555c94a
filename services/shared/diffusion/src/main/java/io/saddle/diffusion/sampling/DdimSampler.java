package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/**
 * DDIM (Song et al. 2021) as diffusers' DDIMScheduler with its defaults: x_0 clipped but the network's eps
 * kept, alpha_bar = 1 after the last step.
 *
 * <p>x' = sqrt(a') x_0 + sqrt(1 - a' - s^2) eps + s z with s = eta sqrt((1 - a') / (1 - a)) sqrt(1 - a / a').
 */
public final class DdimSampler extends OneStepSampler {
    private final SpacedTimesteps spacing;
    private final NetworkOutput output;
    private final float eta;

    /**
     * @param steps number of network evaluations for an image, 1..T
     * @param eta amount of fresh noise: 0 = deterministic
     * @param clip whether a predicted x_0 is clipped to -1..1, as pixels are (diffusers: clip_sample)
     */
    public DdimSampler(
            NoiseSchedule schedule,
            PredictionType prediction,
            TimestepSpacing spacing,
            int steps,
            double eta,
            boolean clip) {
        this(new SpacedTimesteps(schedule, spacing, steps), NetworkOutput.of(prediction, clip), eta);
    }

    private DdimSampler(SpacedTimesteps spacing, NetworkOutput output, double eta) {
        super(spacing.timesteps());
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta must be within 0..1, was " + eta);
        }
        this.spacing = spacing;
        this.output = output;
        this.eta = (float) eta;
    }

    /** With leading spacing and x_0 clipped, diffusers' defaults. */
    public DdimSampler(NoiseSchedule schedule, PredictionType prediction, int steps, double eta) {
        this(schedule, prediction, TimestepSpacing.LEADING, steps, eta, true);
    }

    @Override
    public boolean addsNoise(float t) {
        return eta > 0;
    }

    @Override
    void step(float[] prediction, float t, float[] sample, float[] noise) {
        float alphaBar = spacing.alphaBar(t);
        float next = spacing.alphaBarOfStride(t);
        float signal = (float) Math.sqrt(alphaBar);
        float sigma = (float) Math.sqrt(1f - alphaBar);
        float fresh = (float) (eta * Math.sqrt((1f - next) / (1f - alphaBar) * (1f - alphaBar / next)));
        float startFactor = (float) Math.sqrt(next);
        float noiseFactor = (float) Math.sqrt(Math.max(0f, 1f - next - fresh * fresh));
        for (int i = 0; i < sample.length; i++) {
            float x0 = output.start(prediction[i], sample[i], signal, sigma);
            float eps = output.noise(prediction[i], sample[i], signal, sigma);
            sample[i] = startFactor * x0 + noiseFactor * eps + (fresh > 0 ? fresh * noise[i] : 0f);
        }
    }
}
