package io.saddle.diffusion.training;

import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import io.saddle.diffusion.torch.HostVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Angles and norms of gradients, in float64. */
final class FlatVectors {
    private FlatVectors() {}

    /** Cosine of the angle between two vectors; NaN if one of them is 0. */
    static double cosine(HostVector a, HostVector b) {
        return a.dot(b, 0, a.size()) / (a.norm() * b.norm());
    }

    /** The norm of each block's slices. */
    static Map<String, Double> blockNorms(FlatLayout layout, HostVector gradient) {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Map.Entry<String, List<ParameterSpec>> block : layout.blocks().entrySet()) {
            double sum = 0;
            for (ParameterSpec slice : block.getValue()) {
                sum += gradient.dot(gradient, slice.offset(), slice.size());
            }
            norms.put(block.getKey(), Math.sqrt(sum));
        }
        return norms;
    }
}
