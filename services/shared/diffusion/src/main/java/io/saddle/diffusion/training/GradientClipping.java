package io.saddle.diffusion.training;

/**
 * Clipping by the global norm, as torch's {@code clip_grad_norm_}.
 *
 * @param maxNorm the largest norm that passes unchanged; infinity = no clipping
 */
public record GradientClipping(double maxNorm) {
    private static final double EPSILON = 1e-6;

    public GradientClipping {
        if (!(maxNorm > 0)) {
            throw new IllegalArgumentException("the clipping norm must be > 0 (infinity = none), was " + maxNorm);
        }
    }

    /** Factor on the gradient: min(1, maxNorm / (norm + 1e-6)). */
    public double factor(double norm) {
        return Math.min(1, maxNorm / (norm + EPSILON));
    }
}
