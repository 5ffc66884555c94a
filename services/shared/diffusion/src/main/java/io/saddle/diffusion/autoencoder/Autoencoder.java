package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A trained pair of networks between images and the latents that a diffusion model is trained on. Loaded once and shared: calls are
 * thread-safe. A call takes memory in proportion to its batch, which is the caller's to choose.
 */
public interface Autoencoder extends AutoCloseable {

    /** The autoencoder in numbers. */
    AutoencoderDescription description();

    /** A manager for arguments and results, on the autoencoder's device. The caller closes it. */
    NDManager newManager();

    /**
     * The latents as a diffusion model sees them: scaled so that their standard deviation is about 1. Nothing is drawn: of a distribution
     * it is the mean.
     *
     * @param images [B, C, H, W], float32, values -1..1, H and W multiples of {@link AutoencoderDescription#reduction}; left as they are
     * @return [B, L, H / reduction, W / reduction], float32; belongs to the images' manager
     * @throws IllegalArgumentException if the images have another shape
     */
    NDArray latents(NDArray images);

    /** True if the encoder gives a normal distribution for each value of the latents. */
    default boolean isVariational() {
        return false;
    }

    /**
     * The distributions of latents as a diffusion model sees them.
     *
     * @param images as for {@link #latents}
     * @return [B, 2 L, H / reduction, W / reduction], float32: means, then standard deviations; belongs to the images' manager
     * @throws UnsupportedOperationException if it is not variational
     */
    default NDArray distributions(NDArray images) {
        throw new UnsupportedOperationException("the encoder gives no distributions");
    }

    /**
     * The images of such latents.
     *
     * @param latents [B, L, h, w], float32; left as they are
     * @return [B, C, h * reduction, w * reduction], float32, values around -1..1, not clipped; belongs to the latents' manager
     * @throws IllegalArgumentException if the latents have another shape
     */
    NDArray images(NDArray latents);

    @Override
    void close();
}
