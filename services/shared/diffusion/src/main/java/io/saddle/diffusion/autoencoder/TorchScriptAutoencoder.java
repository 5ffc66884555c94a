package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.torch.TorchModule;
import io.saddle.diffusion.torchscript.PixelRange;

/** A pair of TorchScript programs, whose pixels may have a range of their own. */
final class TorchScriptAutoencoder extends ScaledAutoencoder {
    private final TorchModule encoder;
    private final TorchModule decoder;
    private final PixelRange range;

    /** @param encoder closed with the autoencoder, as {@code decoder} */
    TorchScriptAutoencoder(
            TorchModule encoder, TorchModule decoder, PixelRange range, AutoencoderDescription description) {
        super(description);
        this.encoder = encoder;
        this.decoder = decoder;
        this.range = range;
    }

    @Override
    public NDManager newManager() {
        return encoder.newManager();
    }

    @Override
    NDArray encode(NDArray images) {
        try (NDArray pixels = range.to(images)) {
            return encoder.forward(images.getManager(), pixels);
        }
    }

    @Override
    NDArray decode(NDArray raw) {
        try (NDArray pixels = decoder.forward(raw.getManager(), raw)) {
            return range.from(pixels);
        }
    }

    @Override
    public void close() {
        decoder.close();
        encoder.close();
    }
}
