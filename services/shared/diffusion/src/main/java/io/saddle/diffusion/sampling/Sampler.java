package io.saddle.diffusion.sampling;

/**
 * A discretisation of the reverse process, for one number of network calls. Samples are kept as the network takes them. Immutable and
 * thread-safe.
 */
public interface Sampler {
    /** The times at which the network is asked, in their order (descending, none twice): timesteps of training, or between two. */
    float[] timesteps();

    /** Standard deviation of the noise that sampling starts from. */
    default float startDeviation() {
        return 1;
    }

    /** True if the step from {@code t} adds fresh noise. */
    boolean addsNoise(float t);

    /**
     * Begins a batch's way through {@link #timesteps}. Batches may be on their way at the same time.
     *
     * @param values length of the batch's arrays
     */
    Trajectory begin(int values);

    /** One batch on its way from noise to images, with what a multistep solver remembers of it. Not thread-safe. */
    @FunctionalInterface
    interface Trajectory {
        /**
         * The step from {@code t} to the next timestep, in place. Steps are made in the order of {@link #timesteps}.
         *
         * @param prediction the network's output for (sample, t)
         * @param sample x_t; becomes the next sample
         * @param noise standard normal values; may be null where {@link #addsNoise} is false
         */
        void step(float[] prediction, float t, float[] sample, float[] noise);
    }
}
