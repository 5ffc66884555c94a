package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;

/** What was recorded of autoencoders of diffusers. */
final class AutoencoderFixtures {
    private AutoencoderFixtures() {}

    static TensorFile io(String name) throws IOException {
        return TensorFile.read(Golden.file(name + ".io.safetensors"));
    }

    static NDArray array(NDManager manager, Tensor tensor) {
        return manager.create(tensor.toFloats(), new Shape(tensor.shape()));
    }

    /** Root of the mean squared difference, as a share of the root mean square of what is expected. */
    static double relativeError(float[] expected, float[] actual) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - (double) actual[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
