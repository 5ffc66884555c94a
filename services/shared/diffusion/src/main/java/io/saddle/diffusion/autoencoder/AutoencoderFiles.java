package io.saddle.diffusion.autoencoder;

import java.io.IOException;
import java.nio.file.Path;

/** Autoencoders as they lie on a disk, in any form that can be read. */
public final class AutoencoderFiles {
    private AutoencoderFiles() {}

    /** True if there is an autoencoder, be it one that can be read or not. */
    public static boolean areAt(Path path) throws IOException {
        return AutoencoderFolder.isOne(path) || TorchScriptPair.isOne(path);
    }

    /**
     * Reads what describes an autoencoder.
     *
     * @param path a folder of diffusers' ({@link AutoencoderFolder}) or a pair of TorchScript files ({@link TorchScriptPair})
     * @throws IOException naming the file, and what is missing, wrong or not supported
     */
    public static StoredAutoencoder open(Path path) throws IOException {
        return TorchScriptPair.isOne(path) ? TorchScriptPair.open(path) : AutoencoderFolder.open(path);
    }
}
