package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/** What DDPM and DDIM share: timesteps with leading spacing, alpha_bar, and x_0 from the network's output. */
final class ReverseProcess {
    private final float[] alphasCumprod;
    private final boolean velocity;
    private final int stride;
    private final int steps;

    ReverseProcess(NoiseSchedule schedule, PredictionType prediction, int steps) {
        if (steps < 1 || steps > schedule.trainTimesteps()) {
            throw new IllegalArgumentException(
                    "sampling steps must be within 1.." + schedule.trainTimesteps() + ", were " + steps);
        }
        alphasCumprod = schedule.alphasCumprod();
        velocity = prediction == PredictionType.V_PREDICTION;
        this.steps = steps;
        stride = schedule.trainTimesteps() / steps;
    }

    /** Multiples of T / steps (rounded down), descending to 0. */
    int[] timesteps() {
        int[] timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = (steps - 1 - i) * stride;
        }
        return timesteps;
    }

    float alphaBar(int t) {
        return alphasCumprod[t];
    }

    /** alpha_bar of the timestep after {@code t}; 1 after the last. */
    float nextAlphaBar(int t) {
        return t >= stride ? alphasCumprod[t - stride] : 1f;
    }

    /** The predicted x_0, clipped to -1..1. */
    float clippedStart(float prediction, float sample, float signal, float noise) {
        float start = velocity ? signal * sample - noise * prediction : (sample - noise * prediction) / signal;
        return Math.max(-1f, Math.min(1f, start));
    }

    /** The predicted eps, not recomputed from the clipped x_0. */
    float noise(float prediction, float sample, float signal, float noise) {
        return velocity ? signal * prediction + noise * sample : prediction;
    }
}
