package io.saddle.diffusion.autoencoder;

import io.saddle.diffusion.network.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Autoencoders as they lie on a disk, in any form that can be read. */
public final class AutoencoderFiles {
    private AutoencoderFiles() {}

    /** True if there is an autoencoder, be it one that can be read or not. */
    public static boolean areAt(Path path) throws IOException {
        return AutoencoderFolder.isOne(path) || TorchScriptAutoencoder.isOne(path);
    }

    /**
     * Loads an autoencoder; the caller closes it.
     *
     * @param path a folder of diffusers' ({@link AutoencoderFolder}) or a pair of TorchScript files ({@link TorchScriptAutoencoder})
     * @param precision of activations and weights inside; TorchScript files have their own. bfloat16 changes the
     *     latents of a network as large as Stable Diffusion's by 1.6 %, its images by 3.8 % (root mean square; random weights)
     * @throws IOException naming the file, and what is missing, wrong or not supported
     */
    public static Autoencoder open(Path path, Precision precision) throws IOException {
        return TorchScriptAutoencoder.isOne(path)
                ? TorchScriptAutoencoder.open(path)
                : AutoencoderFolder.open(path).load(precision);
    }

    /**
     * All files that make an autoencoder what it is.
     *
     * @param path as for {@link #open}
     * @throws IOException if there is none
     */
    public static List<Path> all(Path path) throws IOException {
        return TorchScriptAutoencoder.isOne(path)
                ? TorchScriptAutoencoder.files(path)
                : AutoencoderFolder.open(path).files();
    }
}
