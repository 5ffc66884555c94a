package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;

/** Timesteps with leading spacing, as DDPM's and DDIM's defaults have them, and alpha_bar at each. */
final class LeadingTimesteps {
    private final float[] alphasCumprod;
    private final int stride;
    private final int steps;

    LeadingTimesteps(NoiseSchedule schedule, int steps) {
        if (steps < 1 || steps > schedule.trainTimesteps()) {
            throw new IllegalArgumentException(
                    "sampling steps must be within 1.." + schedule.trainTimesteps() + ", were " + steps);
        }
        alphasCumprod = schedule.alphasCumprod();
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
}
