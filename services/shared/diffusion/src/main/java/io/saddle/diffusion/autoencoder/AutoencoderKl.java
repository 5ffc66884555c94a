package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;

/** diffusers' AutoencoderKL: the encoder gives a normal distribution of latents, {@link Posterior}. */
public final class AutoencoderKl extends ScaledAutoencoder {
    private final AutoencoderProgram program;

    /**
     * Compiles both networks.
     *
     * @param weights in the layout of {@link #layout}; closed with the autoencoder
     * @param precision of activations and weights inside
     */
    public AutoencoderKl(AutoencoderKlConfig config, HostVector weights, Precision precision) {
        super(config.description(weights.size()));
        boolean gpu = TorchRuntime.get().device().isGpu();
        program = new AutoencoderProgram(
                AutoencoderKlScript.encoder(config, precision, gpu),
                AutoencoderKlScript.decoder(config, precision, gpu),
                precision,
                weights);
    }

    /** Names, shapes and positions of the weights: the encoder's, then the decoder's. */
    public static FlatLayout layout(AutoencoderKlConfig config) {
        return AutoencoderProgram.layout(
                AutoencoderKlScript.encoder(config, Precision.FP32, false),
                AutoencoderKlScript.decoder(config, Precision.FP32, false));
    }

    @Override
    public NDManager newManager() {
        return program.newManager();
    }

    /**
     * The distributions of the raw latents.
     *
     * @param images as for {@link #latents(NDArray)}, whose manager owns the results
     */
    Posterior posterior(NDArray images) {
        description().requireImages(images.getShape());
        NDList moments = program.encode(images);
        return new Posterior(moments.get(0), moments.get(1));
    }

    @Override
    public boolean isVariational() {
        return true;
    }

    @Override
    public NDArray distributions(NDArray images) {
        LatentScaling scaling = description().scaling();
        try (Posterior posterior = posterior(images);
                NDArray means = scaling.scaled(posterior.mean());
                NDArray deviations = scaling.deviation(posterior.logVariance())) {
            return means.concat(deviations, 1);
        }
    }

    @Override
    NDArray encode(NDArray images) {
        NDList moments = program.encode(images);
        moments.get(1).close();
        return moments.get(0);
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
