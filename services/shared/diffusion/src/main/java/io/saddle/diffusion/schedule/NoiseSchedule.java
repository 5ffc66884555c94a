package io.saddle.diffusion.schedule;

import java.util.Objects;

/**
 * The variance schedule of a forward process, x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps, with the numbers of diffusers' schedulers (float32, product accumulated in
 * float64).
 *
 * @param beta how beta grows
 * @param trainTimesteps number T of timesteps, numbered 0 to T - 1
 * @param betaStart the first beta; not used by {@link BetaSchedule#SQUAREDCOS_CAP_V2}
 * @param betaEnd the last beta; not used by {@link BetaSchedule#SQUAREDCOS_CAP_V2}
 * @param zeroTerminalSnr whether the betas are rescaled so that nothing of the image is left at T - 1 (Lin et al. 2023, "Common Diffusion
 *     Noise Schedules and Sample Steps are Flawed", algorithm 1); a network can predict v there, but no noise
 */
public record NoiseSchedule(
        BetaSchedule beta, int trainTimesteps, double betaStart, double betaEnd, boolean zeroTerminalSnr)
        implements ForwardSchedule {
    private static final double MAX_BETA = 0.999;

    /** That of the last timestep where nothing of the image is left, as in diffusers' solvers. */
    private static final float LEAST_ALPHA_BAR = 0x1p-24f;

    public NoiseSchedule {
        Objects.requireNonNull(beta, "beta");
        if (trainTimesteps < 1) {
            throw new IllegalArgumentException("trainTimesteps must be >= 1, was " + trainTimesteps);
        }
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1)) {
            throw new IllegalArgumentException(
                    "0 < betaStart <= betaEnd < 1 is needed, were " + betaStart + " and " + betaEnd);
        }
        if (zeroTerminalSnr && trainTimesteps < 2) {
            throw new IllegalArgumentException("a schedule with a zero terminal SNR needs at least 2 timesteps");
        }
    }

    /** A schedule that is not rescaled. */
    public NoiseSchedule(BetaSchedule beta, int trainTimesteps, double betaStart, double betaEnd) {
        this(beta, trainTimesteps, betaStart, betaEnd, false);
    }

    /** The linear schedule with diffusers' defaults, 1e-4 to 0.02. */
    public static NoiseSchedule linear(int trainTimesteps) {
        return new NoiseSchedule(BetaSchedule.LINEAR, trainTimesteps, 1e-4, 0.02);
    }

    /** The cosine schedule. */
    public static NoiseSchedule cosine(int trainTimesteps) {
        return new NoiseSchedule(BetaSchedule.SQUAREDCOS_CAP_V2, trainTimesteps, 1e-4, 0.02);
    }

    /**
     * A schedule of variances, for what is defined by alpha_bar alone.
     *
     * @param who asks for it: in the message
     * @throws IllegalArgumentException if the process is another one
     */
    public static NoiseSchedule of(ForwardSchedule schedule, String who) {
        if (schedule instanceof NoiseSchedule variances) {
            return variances;
        }
        throw new IllegalArgumentException(
                who + " needs betas, as epsilon and v_prediction have them; there are none in a flow");
    }

    /** beta_t for t = 0 to T - 1. */
    public float[] betas() {
        float[] betas = new float[trainTimesteps];
        for (int t = 0; t < trainTimesteps; t++) {
            betas[t] = (float)
                    switch (beta) {
                        case LINEAR -> between(betaStart, betaEnd, t);
                        case SCALED_LINEAR -> square(between(Math.sqrt(betaStart), Math.sqrt(betaEnd), t));
                        case SQUAREDCOS_CAP_V2 -> cosineBeta(t);
                    };
        }
        return zeroTerminalSnr ? rescaled(betas) : betas;
    }

    /** Shifts sqrt(alpha_bar) so that the last one is 0, and scales it so that the first one stays. */
    private static float[] rescaled(float[] betas) {
        float[] signal = new float[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            product *= 1f - betas[t];
            signal[t] = (float) Math.sqrt((float) product);
        }
        float first = signal[0];
        float last = signal[signal.length - 1];
        float[] rescaled = new float[betas.length];
        float before = 1;
        for (int t = 0; t < betas.length; t++) {
            float shifted = (signal[t] - last) * (first / (first - last));
            float alphaBar = shifted * shifted;
            rescaled[t] = 1f - alphaBar / before;
            before = alphaBar;
        }
        return rescaled;
    }

    /** alpha_bar_t = prod over s <= t of (1 - beta_s), for t = 0 to T - 1. */
    public float[] alphasCumprod() {
        float[] betas = betas();
        float[] cumulative = new float[trainTimesteps];
        double product = 1;
        for (int t = 0; t < trainTimesteps; t++) {
            product *= 1f - betas[t];
            cumulative[t] = (float) product;
        }
        return cumulative;
    }

    @Override
    public float[] signal() {
        float[] signal = alphasCumprod();
        for (int t = 0; t < trainTimesteps; t++) {
            signal[t] = (float) Math.sqrt(signal[t]);
        }
        return signal;
    }

    @Override
    public float[] noise() {
        float[] noise = alphasCumprod();
        for (int t = 0; t < trainTimesteps; t++) {
            noise[t] = (float) Math.sqrt(1f - noise[t]);
        }
        return noise;
    }

    /** t itself. */
    @Override
    public float[] times() {
        float[] times = new float[trainTimesteps];
        for (int t = 0; t < trainTimesteps; t++) {
            times[t] = t;
        }
        return times;
    }

    @Override
    public void require(PredictionType prediction) {
        if (prediction == PredictionType.FLOW) {
            throw new IllegalArgumentException(
                    "flow is predicted along a straight line to the noise, not in a schedule of betas");
        }
    }

    /** {@link #alphasCumprod} for those who divide by the signal: where nothing of the image is left at T - 1, 2^-24 of it is. */
    public float[] positiveAlphasCumprod() {
        float[] cumulative = alphasCumprod();
        if (zeroTerminalSnr) {
            cumulative[trainTimesteps - 1] = LEAST_ALPHA_BAR;
        }
        return cumulative;
    }

    private double between(double first, double last, int t) {
        return trainTimesteps == 1 ? first : first + (last - first) * t / (trainTimesteps - 1);
    }

    private static double square(double x) {
        return x * x;
    }

    private double cosineBeta(int t) {
        return Math.min(MAX_BETA, 1 - alphaBar(t + 1) / alphaBar(t));
    }

    private double alphaBar(int t) {
        double cosine = Math.cos(((double) t / trainTimesteps + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }
}
