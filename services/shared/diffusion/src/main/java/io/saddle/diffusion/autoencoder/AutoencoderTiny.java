package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;

/** diffusers' AutoencoderTiny (TAESD): encoder and decoder without a distribution between them; the decoder clamps latents softly. */
public final class AutoencoderTiny implements Autoencoder {
    private final AutoencoderDescription description;
    private final AutoencoderProgram program;

    /**
     * Compiles both networks.
     *
     * @param weights in the layout of {@link #layout}; closed with the autoencoder
     * @param precision of activations and weights inside
     */
    public AutoencoderTiny(AutoencoderTinyConfig config, HostVector weights, Precision precision) {
        description = config.description(weights.size());
        program = new AutoencoderProgram(
                AutoencoderTinyScript.encoder(config, precision),
                AutoencoderTinyScript.decoder(config, precision),
                precision,
                weights);
    }

    /** Names, shapes and positions of the weights: the encoder's, then the decoder's. */
    public static FlatLayout layout(AutoencoderTinyConfig config) {
        return AutoencoderProgram.layout(
                AutoencoderTinyScript.encoder(config, Precision.FP32),
                AutoencoderTinyScript.decoder(config, Precision.FP32));
    }

    @Override
    public AutoencoderDescription description() {
        return description;
    }

    @Override
    public NDManager newManager() {
        return program.newManager();
    }

    @Override
    public NDArray latents(NDArray images) {
        description.requireImages(images.getShape());
        try (NDArray raw = program.encode(images).singletonOrThrow()) {
            return description.scaling().scaled(raw);
        }
    }

    @Override
    public NDArray images(NDArray latents) {
        description.requireLatents(latents.getShape());
        try (NDArray raw = description.scaling().raw(latents)) {
            return program.decode(raw);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
