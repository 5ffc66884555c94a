package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;

/** An autoencoder whose networks know raw latents: arguments are checked and latents scaled here. */
abstract class ScaledAutoencoder implements Autoencoder {
    private final AutoencoderDescription description;

    ScaledAutoencoder(AutoencoderDescription description) {
        this.description = description;
    }

    /**
     * Raw latents.
     *
     * @param images of a shape that fits, values -1..1; left as they are
     * @return belongs to the images' manager
     */
    abstract NDArray encode(NDArray images);

    /**
     * Images, values around -1..1.
     *
     * @param raw latents of a shape that fits; left as they are
     * @return belongs to the latents' manager
     */
    abstract NDArray decode(NDArray raw);

    @Override
    public final AutoencoderDescription description() {
        return description;
    }

    @Override
    public final NDArray latents(NDArray images) {
        description.requireImages(images.getShape());
        try (NDArray raw = encode(images)) {
            return description.scaling().scaled(raw);
        }
    }

    @Override
    public final NDArray images(NDArray latents) {
        description.requireLatents(latents.getShape());
        try (NDArray raw = description.scaling().raw(latents)) {
            return decode(raw);
        }
    }
}
