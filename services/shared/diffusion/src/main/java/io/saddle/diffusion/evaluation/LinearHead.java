package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.files.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A linear layer that makes a classifier of a network's features: logits = W f + b. It lies in a safetensors file as {@code weight}
 * [C, D] and {@code bias} [C], as PyTorch's {@code nn.Linear} has them.
 *
 * @param weights [C, D], row by row
 * @param biases [C]
 */
public record LinearHead(float[] weights, float[] biases) {

    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";

    public LinearHead {
        if (biases.length < 2 || weights.length == 0 || weights.length % biases.length != 0) {
            throw new IllegalArgumentException(
                    weights.length + " weights and " + biases.length + " biases make no layer of two or more classes");
        }
        requireFinite(weights);
        requireFinite(biases);
    }

    private static void requireFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("a weight or bias is " + value);
            }
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException naming it, and what is missing or wrong
     */
    public static LinearHead read(Path file) throws IOException {
        TensorFile tensors = TensorFile.read(file);
        try {
            Tensor weight = floats(tensors, WEIGHT, 2);
            Tensor bias = floats(tensors, BIAS, 1);
            if (weight.shape()[0] != bias.shape()[0]) {
                throw new IllegalArgumentException(
                        "weight is of " + weight.shape()[0] + " classes, bias of " + bias.shape()[0]);
            }
            return new LinearHead(weight.toFloats(), bias.toFloats());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static Tensor floats(TensorFile tensors, String name, int dimensions) {
        Tensor tensor = tensors.get(name);
        if (tensor.type() != TensorType.F32 || tensor.shape().length != dimensions) {
            throw new IllegalArgumentException(name + " must be float32 of " + dimensions + " dimension"
                    + (dimensions > 1 ? "s" : "") + ", is " + tensor.type() + " of " + tensor.shape().length);
        }
        return tensor;
    }

    /** Writes it, durably. */
    public void write(Path file) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(WEIGHT, Tensor.floats(new long[] {classes(), dimensions()}, weights));
        tensors.put(BIAS, Tensor.floats(new long[] {classes()}, biases));
        new TensorFile(tensors, Map.of()).write(file);
    }

    /** C. */
    public int classes() {
        return biases.length;
    }

    /** D. */
    public int dimensions() {
        return weights.length / biases.length;
    }

    /**
     * The class of the largest logit for each row of features.
     *
     * @param features n x D
     * @return n of 0 to C - 1
     * @throws IllegalArgumentException for features that make a logit NaN
     */
    public int[] classify(float[] features) {
        int[] classes = new int[features.length / dimensions()];
        for (int row = 0; row < classes.length; row++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes(); c++) {
                double logit = logit(c, features, row * dimensions());
                if (Double.isNaN(logit)) {
                    throw new IllegalArgumentException("the features of image " + row + " give NaN");
                }
                if (logit > most) {
                    most = logit;
                    classes[row] = c;
                }
            }
        }
        return classes;
    }

    private double logit(int c, float[] features, int from) {
        double sum = biases[c];
        for (int d = 0; d < dimensions(); d++) {
            sum += (double) weights[c * dimensions() + d] * features[from + d];
        }
        return sum;
    }
}
