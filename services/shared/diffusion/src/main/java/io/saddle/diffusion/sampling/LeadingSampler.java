package io.saddle.diffusion.sampling;

import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;

/** A sampler over leading timesteps whose step depends on nothing but the current sample. */
abstract class LeadingSampler implements Sampler {
    final LeadingTimesteps spacing;
    final NetworkOutput output;

    /**
     * @param steps number of network evaluations for an image, 1..T
     */
    LeadingSampler(NoiseSchedule schedule, PredictionType prediction, int steps) {
        spacing = new LeadingTimesteps(schedule, steps);
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
