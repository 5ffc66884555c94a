package io.saddle.diffusion.sampling;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderDescription;
import java.util.Arrays;

/** Makes images of latents, so few at a time that large ones fit into memory. */
record LatentDecoder(Autoencoder autoencoder) {
    private static final int MOST = 8;
    private static final int MOST_PIXELS = MOST * 64 * 64;

    /** Images of the latents, around -1..1. */
    ImageBatch images(ImageBatch latents) {
        AutoencoderDescription description = autoencoder.description();
        int height = latents.height() * description.reduction();
        int width = latents.width() * description.reduction();
        int size = description.imageChannels() * height * width;
        int made = latents.imageSize();
        float[] pixels = new float[Math.multiplyExact(latents.count(), size)];
        int together = Math.max(1, Math.min(MOST, MOST_PIXELS / (height * width)));
        for (int from = 0; from < latents.count(); from += together) {
            int to = Math.min(latents.count(), from + together);
            Shape shape = new Shape(to - from, latents.channels(), latents.height(), latents.width());
            try (NDManager scope = autoencoder.newManager()) {
                float[] images = autoencoder
                        .images(scope.create(Arrays.copyOfRange(latents.pixels(), from * made, to * made), shape))
                        .toFloatArray();
                System.arraycopy(images, 0, pixels, from * size, images.length);
            }
        }
        return new ImageBatch(pixels, latents.count(), description.imageChannels(), height, width);
    }
}
