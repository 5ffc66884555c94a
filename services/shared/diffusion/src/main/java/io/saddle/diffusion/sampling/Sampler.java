package io.saddle.diffusion.sampling;

/** A discretisation of the reverse process, for one number of steps. Immutable and thread-safe. */
public interface Sampler {
    /** The timesteps at which the network is asked, in their order (descending). */
    int[] timesteps();

    /** Whether the step from {@code t} adds fresh noise. */
    boolean addsNoise(int t);

    /**
     * The step from {@code t} to the next timestep, in place.
     *
     * @param prediction the network's output for (sample, t)
     * @param sample x_t; becomes the next sample
     * @param noise standard normal values; may be null where {@link #addsNoise} is false
     */
    void step(float[] prediction, int t, float[] sample, float[] noise);
}
