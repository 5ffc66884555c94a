package io.saddle.fidevaluator;

import io.saddle.schema.ClassFrequency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The share of samples that a classifier sees in each class.
 *
 * @param rows every class in order, those that were never seen too
 */
record ClassFrequencies(List<ClassFrequency> rows) {

    /** Of data without classes. */
    static final ClassFrequencies NONE = new ClassFrequencies(List.of());

    /** @param names what each label is called */
    static ClassFrequencies of(int[] labels, List<Integer> classes, IntFunction<String> names) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int label : labels) {
            counts.merge(label, 1, Integer::sum);
        }
        List<ClassFrequency> rows = new ArrayList<>();
        for (int label : classes) {
            rows.add(new ClassFrequency(
                    label, counts.getOrDefault(label, 0) / (double) labels.length, names.apply(label)));
        }
        return new ClassFrequencies(rows);
    }

    /** Total variation distance to the uniform frequencies: half the sum of |f_c - 1/C|, in [0, 1). */
    double distanceToUniform() {
        double uniform = 1.0 / rows.size();
        return rows.stream()
                        .mapToDouble(row -> Math.abs(row.getFrequency() - uniform))
                        .sum()
                / 2;
    }
}
