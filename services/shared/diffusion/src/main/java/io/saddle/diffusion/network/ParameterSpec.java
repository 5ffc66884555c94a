package io.saddle.diffusion.network;

import java.util.Arrays;

/**
 * One named parameter within the flat vector of weights.
 *
 * @param name the name that diffusers (or PyTorch) gives it
 * @param shape its dimensions
 * @param offset position of its first value in the flat vector
 * @param initial how torch initialises it
 * @param fanIn number of inputs of one output of its layer; the bound of uniform initial values is 1 / sqrt(fanIn)
 */
public record ParameterSpec(String name, long[] shape, int offset, Initial initial, int fanIn) {
    /** Initial values of torch's layers. */
    public enum Initial {
        /** Uniform within +-1 / sqrt(fanIn): weights (kaiming_uniform_ with a = sqrt(5)) and biases of convolutions and linears. */
        UNIFORM,
        /** Standard normal: tables of embeddings. */
        NORMAL,
        /** Weights of norms. */
        ONES,
        /** Biases of norms. */
        ZEROS
    }

    /** Number of values. */
    public int size() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }

    /** Position after its last value. */
    public int end() {
        return offset + size();
    }

    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
