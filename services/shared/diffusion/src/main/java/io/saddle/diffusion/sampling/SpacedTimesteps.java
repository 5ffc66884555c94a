package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;

/** Whole timesteps of a sampler and alpha_bar at each, as diffusers' DDPM and DDIM have them. */
final class SpacedTimesteps {
    private final float[] alphasCumprod;
    private final int stride;
    private final float[] timesteps;

    SpacedTimesteps(NoiseSchedule schedule, TimestepSpacing spacing, int steps) {
        double[] spaced = spacing.timesteps(schedule.trainTimesteps(), steps);
        alphasCumprod = schedule.alphasCumprod();
        stride = schedule.trainTimesteps() / steps;
        timesteps = new float[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = (float) Math.rint(spaced[i]);
        }
    }

    /** Descending. */
    float[] timesteps() {
        return timesteps.clone();
    }

    float alphaBar(float t) {
        return alphasCumprod[(int) t];
    }

    /** alpha_bar of the timestep T / steps, rounded down, before {@code t}, whatever the spacing; 1 below 0. */
    float alphaBarOfStride(float t) {
        return t >= stride ? alphasCumprod[(int) t - stride] : 1f;
    }

    /** alpha_bar of the timestep behind one of these, by its place; 1 behind the last. */
    float alphaBarBehind(int place) {
        return place + 1 < timesteps.length ? alphaBar(timesteps[place + 1]) : 1f;
    }
}
