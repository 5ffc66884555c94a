package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/** A sampler whose step depends on nothing but the current sample. */
abstract class OneStepSampler implements Sampler {
    final SpacedTimesteps spacing;
    final NetworkOutput output;

    /**
     * @param steps number of network evaluations for an image, 1..T
     */
    OneStepSampler(NoiseSchedule schedule, PredictionType prediction, TimestepSpacing choice, int steps) {
        spacing = new SpacedTimesteps(schedule, choice, steps);
        output = NetworkOutput.of(prediction);
    }

    @Override
    public final int[] timesteps() {
        return spacing.timesteps();
    }

    @Override
    public final Trajectory begin(int values) {
        return this::step;
    }

    /**
     * Moves the samples of a batch from t to the next timestep, in place.
     *
     * @param noise fresh standard normal values, where {@link #addsNoise}
     */
    abstract void step(float[] prediction, int t, float[] sample, float[] noise);
}
