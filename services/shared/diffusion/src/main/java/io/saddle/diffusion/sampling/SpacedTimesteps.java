package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;

/** Timesteps of a sampler and alpha_bar at each, as diffusers' DDPM and DDIM have them. */
final class SpacedTimesteps {
    private final float[] alphasCumprod;
    private final int stride;
    private final int[] timesteps;

    SpacedTimesteps(NoiseSchedule schedule, TimestepSpacing spacing, int steps) {
        int all = schedule.trainTimesteps();
        if (steps < 1 || steps > all) {
            throw new IllegalArgumentException("sampling steps must be within 1.." + all + ", were " + steps);
        }
        alphasCumprod = schedule.alphasCumprod();
        stride = all / steps;
        timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = switch (spacing) {
                case LEADING -> (steps - 1 - i) * stride;
                case TRAILING -> (int) Math.rint(all - i * ((double) all / steps)) - 1;
                case LINSPACE -> steps == 1 ? 0 : (int) Math.rint((all - 1.0) / (steps - 1) * (steps - 1 - i));
            };
        }
    }

    /** Descending. */
    int[] timesteps() {
        return timesteps.clone();
    }

    float alphaBar(int t) {
        return alphasCumprod[t];
    }

    /** alpha_bar of the timestep T / steps, rounded down, before {@code t}, whatever the spacing; 1 below 0. */
    float nextAlphaBar(int t) {
        return t >= stride ? alphasCumprod[t - stride] : 1f;
    }
}
