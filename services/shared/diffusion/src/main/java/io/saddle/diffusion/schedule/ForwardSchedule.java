package io.saddle.diffusion.schedule;

/** The noise levels of a forward process: x_t = a_t x_0 + s_t eps at the timesteps t = 0 to T - 1, with more noise the larger t is. */
public sealed interface ForwardSchedule permits NoiseSchedule, FlowSchedule {
    /** Number T of timesteps. */
    int trainTimesteps();

    /** a_t for t = 0 to T - 1. */
    float[] signal();

    /** s_t for t = 0 to T - 1. */
    float[] noise();

    /** The time that a network is told at t = 0 to T - 1. */
    float[] times();

    /**
     * @throws IllegalArgumentException if a network cannot be trained to predict this from the process
     */
    void require(PredictionType prediction);
}
