package io.saddle.diffusion.schedule;

import java.util.Objects;

/**
 * The forward process and what the network is to predict from it:
 * x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps, and the target eps or v.
 */
public final class ForwardProcess {
    private final PredictionType prediction;
    private final float[] signal;
    private final float[] noise;

    public ForwardProcess(NoiseSchedule schedule, PredictionType prediction) {
        this.prediction = Objects.requireNonNull(prediction, "prediction");
        float[] alphasCumprod = schedule.alphasCumprod();
        signal = new float[alphasCumprod.length];
        noise = new float[alphasCumprod.length];
        for (int t = 0; t < alphasCumprod.length; t++) {
            signal[t] = (float) Math.sqrt(alphasCumprod[t]);
            noise[t] = (float) Math.sqrt(1f - alphasCumprod[t]);
        }
    }

    /** Number of timesteps T. */
    public int timesteps() {
        return signal.length;
    }

    /** The time that the network is told at timestep {@code t}. */
    public float time(int t) {
        return t;
    }

    /**
     * Turns one image and its noise, both {@code size} values from {@code offset} on, into the noisy image and the target,
     * in place: {@code x} holds x_0 and gets x_t, {@code eps} holds the noise and gets the target.
     */
    public void apply(int t, float[] x, float[] eps, int offset, int size) {
        float a = signal[t];
        float s = noise[t];
        boolean velocity = prediction == PredictionType.V_PREDICTION;
        for (int i = offset, end = offset + size; i < end; i++) {
            float x0 = x[i];
            float e = eps[i];
            x[i] = a * x0 + s * e;
            eps[i] = velocity ? a * e - s * x0 : e;
        }
    }
}
