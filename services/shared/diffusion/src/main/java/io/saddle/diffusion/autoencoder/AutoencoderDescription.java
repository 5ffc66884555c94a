package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.types.Shape;

/**
 * An autoencoder in numbers.
 *
 * @param kind diffusers' class, or the format of its files
 * @param imageChannels C
 * @param latentChannels L
 * @param reduction pixels of an image along one side of a latent's pixel
 * @param parameters number of weights of both networks; null where the files do not say it
 * @param scaling what raw latents z become for a diffusion model
 */
public record AutoencoderDescription(
        String kind, int imageChannels, int latentChannels, int reduction, Long parameters, LatentScaling scaling) {

    /** @throws IllegalArgumentException unless images of this shape, [B, C, H, W], can be encoded */
    public void requireImages(Shape images) {
        boolean fits = images.dimension() == 4
                && images.get(1) == imageChannels
                && images.get(2) > 0
                && images.get(2) % reduction == 0
                && images.get(3) > 0
                && images.get(3) % reduction == 0;
        if (!fits) {
            throw new IllegalArgumentException("images must have the shape [B, " + imageChannels
                    + ", H, W], H and W multiples of " + reduction + ", have " + images);
        }
    }

    /** @throws IllegalArgumentException unless latents of this shape can be decoded */
    void requireLatents(Shape latents) {
        if (latents.dimension() != 4 || latents.get(1) != latentChannels) {
            throw new IllegalArgumentException(
                    "latents must have the shape [B, " + latentChannels + ", h, w], have " + latents);
        }
    }
}
