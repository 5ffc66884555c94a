package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.autoencoder.Autoencoder;

/**
 * What a shorter number format costs an autoencoder on {@link TestPicture}: roots of the mean squared differences from float32, as shares
 * of float32's own root mean square.
 *
 * @param latents of the picture's latents
 * @param images of the images that float32's latents are decoded to
 */
public record PrecisionLoss(double latents, double images) {

    /**
     * @param full the autoencoder in float32
     * @param half the same in the shorter format
     */
    public static PrecisionLoss of(Autoencoder full, Autoencoder half) {
        try (NDManager manager = full.newManager()) {
            NDArray picture = Reconstruction.testPicture(full, manager);
            NDArray latents = full.latents(picture);
            return new PrecisionLoss(
                    share(latents, half.latents(picture)), share(full.images(latents), half.images(latents)));
        }
    }

    private static double share(NDArray expected, NDArray computed) {
        double difference = computed.sub(expected).square().mean().getFloat();
        return Math.sqrt(difference / expected.square().mean().getFloat());
    }
}
