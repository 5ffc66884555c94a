package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderDescription;

/**
 * What an autoencoder keeps of images.
 *
 * @param meanSquaredError between images and their reconstruction, clipped to the images' range, on a scale of 0 to 1
 * @param latentMean mean of all latents
 * @param latentStd their standard deviation; diffusion wants it near 1
 */
public record Reconstruction(double meanSquaredError, double latentMean, double latentStd) {

    private static final int SIDE = 128;

    /** That of {@link TestPicture}, 128 x 128 pixels or as many more as the autoencoder needs for one latent. */
    public static Reconstruction ofTestPicture(Autoencoder autoencoder) {
        try (NDManager manager = autoencoder.newManager()) {
            return of(autoencoder, testPicture(autoencoder, manager));
        }
    }

    static NDArray testPicture(Autoencoder autoencoder, NDManager manager) {
        AutoencoderDescription description = autoencoder.description();
        return TestPicture.create(manager, description.imageChannels(), Math.max(SIDE, description.reduction()));
    }

    /** @param images as for {@link Autoencoder#latents} */
    public static Reconstruction of(Autoencoder autoencoder, NDArray images) {
        try (NDManager scope = autoencoder.newManager()) {
            NDArray own = images.duplicate();
            own.attach(scope);
            NDArray latents = autoencoder.latents(own);
            NDArray error =
                    autoencoder.images(latents).clip(-1, 1).sub(own).div(2).square();
            double mean = latents.mean().getFloat();
            return new Reconstruction(
                    error.mean().getFloat(),
                    mean,
                    Math.sqrt(latents.sub(mean).square().mean().getFloat()));
        }
    }

    /** The peak signal-to-noise ratio in decibels: {@code -10 log10(mean squared error)}. */
    public double psnr() {
        return -10 * Math.log10(meanSquaredError);
    }
}
