package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;

/** diffusers' AutoencoderTiny (TAESD): encoder and decoder without a distribution between them; the decoder clamps latents softly. */
public final class AutoencoderTiny extends ScaledAutoencoder {
    private final AutoencoderProgram program;

    /**
     * Compiles both networks.
     *
     * @param weights in the layout of {@link #layout}; closed with the autoencoder
     * @param precision of activations and weights inside
     */
    public AutoencoderTiny(AutoencoderTinyConfig config, HostVector weights, Precision precision) {
        super(config.description(weights.size()));
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
    public NDManager newManager() {
        return program.newManager();
    }

    @Override
    NDArray encode(NDArray images) {
        return program.encode(images).singletonOrThrow();
    }

    @Override
    NDArray decode(NDArray raw) {
        return program.decode(raw);
    }

    @Override
    public void close() {
        program.close();
    }
}
