package io.saddle.diffusion.schedule;

import java.util.Arrays;

/**
 * The forward process and what the network is to predict from it: x_t = a_t x_0 + s_t eps, and the target eps, v = a_t eps - s_t
 * x_0, or eps - x_0.
 */
public final class ForwardProcess {
    private final float[] times;
    private final float[] signal;
    private final float[] noise;
    /** The target is targetNoise eps - targetSignal x_0. */
    private final float[] targetNoise;

    private final float[] targetSignal;

    /**
     * @throws IllegalArgumentException if the prediction is of another process
     */
    public ForwardProcess(ForwardSchedule schedule, PredictionType prediction) {
        schedule.require(prediction);
        times = schedule.times();
        signal = schedule.signal();
        noise = schedule.noise();
        targetNoise = prediction == PredictionType.V_PREDICTION ? signal : all(1);
        targetSignal = switch (prediction) {
            case EPSILON -> all(0);
            case V_PREDICTION -> noise;
            case FLOW -> all(1);
        };
    }

    private float[] all(float value) {
        float[] values = new float[times.length];
        Arrays.fill(values, value);
        return values;
    }

    /** Number of timesteps T. */
    public int timesteps() {
        return times.length;
    }

    /** The time that the network is told at timestep {@code t}. */
    public float time(int t) {
        return times[t];
    }

    /**
     * Turns one image and its noise, both {@code size} values from {@code offset} on, into the noisy image and the target,
     * in place: {@code x} holds x_0 and gets x_t, {@code eps} holds the noise and gets the target.
     */
    public void apply(int t, float[] x, float[] eps, int offset, int size) {
        float a = signal[t];
        float s = noise[t];
        float n = targetNoise[t];
        float m = targetSignal[t];
        for (int i = offset, end = offset + size; i < end; i++) {
            float x0 = x[i];
            float e = eps[i];
            x[i] = a * x0 + s * e;
            eps[i] = n * e - m * x0;
        }
    }
}
