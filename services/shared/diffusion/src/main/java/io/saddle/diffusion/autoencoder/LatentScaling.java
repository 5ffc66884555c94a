package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;

/**
 * Raw latents z against those that a diffusion model sees: {@code (z - shift) * factor}.
 *
 * @param factor not 0
 * @param shift 0 where there is none
 */
public record LatentScaling(double factor, double shift) {

    /** Latents that stay as they are. */
    public static final LatentScaling NONE = new LatentScaling(1, 0);

    /** @throws IllegalArgumentException for a factor that cannot be undone */
    public LatentScaling {
        if (!Double.isFinite(factor) || factor == 0) {
            throw new IllegalArgumentException("scaling_factor: must be a finite number other than 0, was " + factor);
        }
        if (!Double.isFinite(shift)) {
            throw new IllegalArgumentException("shift_factor: must be a finite number, was " + shift);
        }
    }

    /** A new array. */
    NDArray scaled(NDArray raw) {
        return raw.sub(shift).muli(factor);
    }

    /** Standard deviations of scaled latents, of the logarithms of variances of raw ones; a new array. */
    NDArray deviation(NDArray logVariance) {
        try (NDArray half = logVariance.mul(0.5)) {
            return half.exp().muli(Math.abs(factor));
        }
    }

    /** A new array. */
    NDArray raw(NDArray scaled) {
        return scaled.div(factor).addi(shift);
    }
}
