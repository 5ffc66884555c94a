package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;

/**
 * The normal distributions of raw latents that a variational encoder gives, one for each value; nothing is scaled.
 *
 * @param mean [B, L, h, w]
 * @param logVariance [B, L, h, w], within -30..20
 */
public record Posterior(NDArray mean, NDArray logVariance) implements AutoCloseable {

    /**
     * Latents drawn: {@code mean + exp(logVariance / 2) * noise}.
     *
     * @param noise standard normal values in the shape of the mean
     */
    NDArray drawn(NDArray noise) {
        if (!noise.getShape().equals(mean.getShape())) {
            throw new IllegalArgumentException(
                    "noise must have the latents' shape " + mean.getShape() + ", has " + noise.getShape());
        }
        try (NDArray half = logVariance.mul(0.5)) {
            return half.exp().muli(noise).addi(mean);
        }
    }

    @Override
    public void close() {
        mean.close();
        logVariance.close();
    }
}
