package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;

/**
 * The normal distributions of raw latents that a variational encoder gives, one for each value; nothing is scaled.
 *
 * @param mean [B, L, h, w]
 * @param logVariance [B, L, h, w], within -30..20
 */
record Posterior(NDArray mean, NDArray logVariance) implements AutoCloseable {

    @Override
    public void close() {
        mean.close();
        logVariance.close();
    }
}
