package io.saddle.diffusion.schedule;

import java.util.Objects;

/**
 * The variance schedule of the forward process, with the numbers of diffusers' schedulers (float32, product accumulated in
 * float64).
 *
 * @param beta how beta grows
 * @param trainTimesteps number T of timesteps, numbered 0 to T - 1
 * @param betaStart the first beta; only used by {@link BetaSchedule#LINEAR}
 * @param betaEnd the last beta; only used by {@link BetaSchedule#LINEAR}
 */
public record NoiseSchedule(BetaSchedule beta, int trainTimesteps, double betaStart, double betaEnd) {
    private static final double MAX_BETA = 0.999;

    public NoiseSchedule {
        Objects.requireNonNull(beta, "beta");
        if (trainTimesteps < 1) {
            throw new IllegalArgumentException("trainTimesteps must be >= 1, was " + trainTimesteps);
        }
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1)) {
            throw new IllegalArgumentException(
                    "0 < betaStart <= betaEnd < 1 is needed, were " + betaStart + " and " + betaEnd);
        }
    }

    /** The linear schedule with diffusers' defaults, 1e-4 to 0.02. */
    public static NoiseSchedule linear(int trainTimesteps) {
        return new NoiseSchedule(BetaSchedule.LINEAR, trainTimesteps, 1e-4, 0.02);
    }

    /** The cosine schedule. */
    public static NoiseSchedule cosine(int trainTimesteps) {
        return new NoiseSchedule(BetaSchedule.SQUAREDCOS_CAP_V2, trainTimesteps, 1e-4, 0.02);
    }

    /** beta_t for t = 0 to T - 1. */
    public float[] betas() {
        float[] betas = new float[trainTimesteps];
        for (int t = 0; t < trainTimesteps; t++) {
            betas[t] = (float) (beta == BetaSchedule.LINEAR ? linearBeta(t) : cosineBeta(t));
        }
        return betas;
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

    private double linearBeta(int t) {
        return trainTimesteps == 1 ? betaStart : betaStart + (betaEnd - betaStart) * t / (trainTimesteps - 1);
    }

    private double cosineBeta(int t) {
        return Math.min(MAX_BETA, 1 - alphaBar(t + 1) / alphaBar(t));
    }

    private double alphaBar(int t) {
        double cosine = Math.cos(((double) t / trainTimesteps + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }
}
