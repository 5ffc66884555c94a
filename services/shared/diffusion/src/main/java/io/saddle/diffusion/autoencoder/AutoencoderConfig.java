package io.saddle.diffusion.autoencoder;

/** The settings of an autoencoder that diffusers knows. */
public sealed interface AutoencoderConfig permits AutoencoderKlConfig, AutoencoderTinyConfig {

    /** Its class in diffusers. */
    String className();

    /** The autoencoder in numbers, with so many weights. */
    AutoencoderDescription description(long parameters);
}
