package io.saddle.diffusion.sampling;

/** A sampler whose step depends on nothing but the current sample. */
abstract class OneStepSampler implements Sampler {
    private final float[] timesteps;

    OneStepSampler(float[] timesteps) {
        this.timesteps = timesteps;
    }

    @Override
    public final float[] timesteps() {
        return timesteps.clone();
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
    abstract void step(float[] prediction, float t, float[] sample, float[] noise);

    /** The place of {@code t} among the timesteps. */
    final int position(float t) {
        for (int i = 0; i < timesteps.length; i++) {
            if (timesteps[i] == t) {
                return i;
            }
        }
        throw new IllegalArgumentException("no step is from t = " + t);
    }
}
