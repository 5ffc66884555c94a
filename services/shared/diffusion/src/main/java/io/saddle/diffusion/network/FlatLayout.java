package io.saddle.diffusion.network;

import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.HostVector;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Position of every parameter of a network in its one flat float32 vector.
 *
 * @param parameters in the order of the vector, without gaps
 */
public record FlatLayout(List<ParameterSpec> parameters) {
    private static final int LEAF = 1 << 20;

    public FlatLayout {
        parameters = List.copyOf(parameters);
    }

    /** Length of the vector. */
    public int size() {
        return size(parameters);
    }

    /** Number of values of parameters that follow each other. */
    static int size(List<ParameterSpec> parameters) {
        return parameters.stream().mapToInt(ParameterSpec::size).sum();
    }

    /**
     * The parameters in runs that end with the one that makes them {@value #LEAF} values or more: libtorch adds up a gradient for each of
     * them. More of them are more operations; the gradient of one, and no more, is held beside the sum.
     */
    List<List<ParameterSpec>> leaves() {
        List<List<ParameterSpec>> leaves = new ArrayList<>();
        List<ParameterSpec> open = new ArrayList<>();
        for (ParameterSpec parameter : parameters) {
            open.add(parameter);
            if (size(open) >= LEAF) {
                leaves.add(open);
                open = new ArrayList<>();
            }
        }
        if (!open.isEmpty()) {
            leaves.add(open);
        }
        return leaves;
    }

    /**
     * The slices of the vector by block of the network, in its order: the first part of each parameter's name, with its
     * number where the blocks are numbered ({@code conv_in}, {@code down_blocks.0}, {@code mid_block}, ...).
     */
    public Map<String, List<ParameterSpec>> blocks() {
        Map<String, List<ParameterSpec>> blocks = new LinkedHashMap<>();
        for (ParameterSpec parameter : parameters) {
            blocks.computeIfAbsent(block(parameter.name()), name -> new ArrayList<>())
                    .add(parameter);
        }
        return blocks;
    }

    /** Torch's default initial values, fixed by the seed. Each parameter has its own random stream. The caller closes it. */
    public HostVector initialValues(long seed) {
        RandomStreams streams = new RandomStreams(seed);
        HostVector values = HostVector.zeros(size());
        for (ParameterSpec parameter : parameters) {
            SplittableRandom random = streams.stream("initial:" + parameter.name());
            double bound = 1 / Math.sqrt(parameter.fanIn());
            for (ByteBuffer bytes : values.parts(parameter.offset(), parameter.size())) {
                FloatBuffer part = bytes.asFloatBuffer();
                while (part.hasRemaining()) {
                    part.put(
                            switch (parameter.initial()) {
                                case UNIFORM -> (float) (bound * (2 * random.nextDouble() - 1));
                                case NORMAL -> (float) random.nextGaussian();
                                case ONES -> 1;
                                case ZEROS -> 0;
                            });
                }
            }
        }
        return values;
    }

    private static String block(String name) {
        String[] parts = name.split("\\.");
        return parts.length > 1 && Character.isDigit(parts[1].charAt(0)) ? parts[0] + "." + parts[1] : parts[0];
    }
}
