package io.saddle.diffusion.autoencoder;

import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.network.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** An autoencoder as it lies on a disk: what describes it was read, its weights were not. */
public interface StoredAutoencoder {

    /**
     * Loads it; the caller closes it.
     *
     * @param precision of activations and weights inside, unless it {@link #isProgram}. bfloat16 changes the latents of a network as
     *     large as Stable Diffusion's by 1.6 %, its images by 3.8 % (root mean square; random weights)
     * @throws IOException naming the file, and what is missing, wrong or not supported
     */
    Autoencoder load(Precision precision) throws IOException;

    /** True if its files hold programs: loading runs them, and they compute in a precision of their own. */
    boolean isProgram();

    /** diffusers' class of it, or the format of its files. */
    String kind();

    /** All files that make it what it is. */
    List<Path> files();

    /**
     * The element types of the weights' tensors; empty where no file tells them.
     *
     * @throws IOException if there are none or their file is damaged
     */
    Set<TensorType> weightTypes() throws IOException;
}
