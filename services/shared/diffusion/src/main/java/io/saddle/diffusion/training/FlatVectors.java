package io.saddle.diffusion.training;

import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Norms and angles of gradients, in float64. */
final class FlatVectors {
    private FlatVectors() {}

    static double dot(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    static double norm(float[] a) {
        return Math.sqrt(dot(a, a, 0, a.length));
    }

    /** Cosine of the angle between two vectors; NaN if one of them is 0. */
    static double cosine(float[] a, float[] b) {
        return dot(a, b, 0, a.length) / (norm(a) * norm(b));
    }

    /** The norm of each block's slices. */
    static Map<String, Double> blockNorms(FlatLayout layout, float[] gradient) {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Map.Entry<String, List<ParameterSpec>> block : layout.blocks().entrySet()) {
            double sum = 0;
            for (ParameterSpec slice : block.getValue()) {
                sum += dot(gradient, gradient, slice.offset(), slice.end());
            }
            norms.put(block.getKey(), Math.sqrt(sum));
        }
        return norms;
    }
}
