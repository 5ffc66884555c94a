package io.saddle.diffusion.autoencoder;

/** The settings of an autoencoder that diffusers knows. */
public sealed interface AutoencoderConfig permits AutoencoderKlConfig, AutoencoderTinyConfig {

    /** Its class in diffusers. */
    String className();

    /** Channels of images. */
    int imageChannels();

    /** Channels of latents. */
    int latentChannels();

    /** Sizes of image that the networks go through; from each to the next the image is halved. */
    int levels();

    /** What raw latents become for a diffusion model. */
    LatentScaling scaling();

    /** The autoencoder in numbers, with so many weights. */
    default AutoencoderDescription description(long parameters) {
        return new AutoencoderDescription(
                className(), imageChannels(), latentChannels(), 1 << (levels() - 1), parameters, scaling());
    }
}
