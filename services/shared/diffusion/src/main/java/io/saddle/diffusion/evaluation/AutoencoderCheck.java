package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import java.util.Arrays;

/**
 * Compares an autoencoder with recorded inputs and outputs: the tensors {@code sample} [B, C, H, W] with values -1..1, {@code latents}
 * [B, L, h, w], scaled as a diffusion model sees them, and {@code decoded} [B, C, H, W], the images of {@code latents}.
 *
 * @param rows B
 * @param latents where the latents of {@code sample} are farthest from {@code latents}
 * @param images where the images of {@code latents} are farthest from {@code decoded}
 * @param reconstruction of {@code sample}
 */
public record AutoencoderCheck(
        long rows, LargestDifference latents, LargestDifference images, Reconstruction reconstruction) {

    /**
     * Runs both networks.
     *
     * @throws IllegalArgumentException naming the tensor that is missing or does not fit
     */
    public static AutoencoderCheck run(Autoencoder autoencoder, TensorFile io) {
        try (NDManager manager = autoencoder.newManager()) {
            NDArray sample = array(manager, io, "sample");
            NDArray latents = array(manager, io, "latents");
            return new AutoencoderCheck(
                    sample.getShape().get(0),
                    difference(io, "latents", autoencoder.latents(sample)),
                    difference(io, "decoded", autoencoder.images(latents)),
                    Reconstruction.of(autoencoder, sample));
        }
    }

    private static NDArray array(NDManager manager, TensorFile io, String name) {
        Tensor tensor = floats(io, name);
        return manager.create(tensor.toFloats(), new Shape(tensor.shape()));
    }

    private static LargestDifference difference(TensorFile io, String name, NDArray computed) {
        Tensor expected = floats(io, name);
        long[] shape = computed.getShape().getShape();
        if (!Arrays.equals(shape, expected.shape())) {
            throw new IllegalArgumentException("tensor " + name + ": must have the shape " + Arrays.toString(shape)
                    + ", has " + Arrays.toString(expected.shape()));
        }
        return LargestDifference.of(expected.toFloats(), computed.toFloatArray(), shape);
    }

    private static Tensor floats(TensorFile io, String name) {
        Tensor tensor = io.get(name);
        if (!tensor.type().isFloatingPoint() || tensor.shape().length != 4 || tensor.shape()[0] == 0) {
            throw new IllegalArgumentException("tensor " + name
                    + ": must be floating-point numbers of four dimensions, at least one row, was " + tensor.type()
                    + " " + Arrays.toString(tensor.shape()));
        }
        return tensor;
    }
}
