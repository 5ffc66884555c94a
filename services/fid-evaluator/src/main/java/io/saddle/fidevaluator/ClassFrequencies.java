package io.saddle.fidevaluator;

import io.saddle.diffusion.data.ImageDataSet;
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

    /**
     * Those that a judge's classifier sees.
     *
     * @param labels of each sample
     */
    static ClassFrequencies of(int[] labels, Judge judge) {
        return of(labels, judge.classifier().labels(), judge.classifier()::className);
    }

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

    /**
     * Total variation distance to the uniform frequencies: half the sum of |f_c - 1/C|, in [0, 1]; of a class that the data does not have
     * nothing is wanted.
     */
    double distanceToUniform() {
        double uniform =
                1.0 / rows.stream().filter(ClassFrequencies::isOfTheData).count();
        return rows.stream()
                        .mapToDouble(row -> Math.abs(row.getFrequency() - (isOfTheData(row) ? uniform : 0)))
                        .sum()
                / 2;
    }

    private static boolean isOfTheData(ClassFrequency row) {
        return row.getLabel() != ImageDataSet.NO_CLASS;
    }
}
