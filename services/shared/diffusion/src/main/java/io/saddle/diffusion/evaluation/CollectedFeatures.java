package io.saddle.diffusion.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The features of a set of images as they come: statistics of all of them, and the first {@value FeatureRows#MOST} themselves, with
 * the class of each where it is known. Not thread-safe.
 */
public final class CollectedFeatures {

    private final FeatureStatistics statistics;
    private final FeatureRows rows;
    private int[] labels = new int[0];

    /** @param dimensions length D of a vector */
    public CollectedFeatures(int dimensions) {
        statistics = new FeatureStatistics(dimensions);
        rows = new FeatureRows(dimensions);
    }

    /**
     * Takes rows of features of no known class.
     *
     * @param more n x D values
     * @throws IllegalArgumentException as {@link FeatureStatistics#add(float[])}
     */
    public void add(float[] more) {
        statistics.add(more);
        rows.add(more);
    }

    /** As {@link #add(float[])}; the rows are kept in float32. */
    public void add(double[] more) {
        statistics.add(more);
        float[] rounded = new float[more.length];
        for (int i = 0; i < more.length; i++) {
            rounded[i] = (float) more[i];
        }
        rows.add(rounded);
    }

    /**
     * Takes rows of features, each of a class; either all rows of a set have one or none has.
     *
     * @param classes n labels
     */
    public void add(float[] more, int[] classes) {
        int before = rows.count();
        add(more);
        labels = Arrays.copyOf(labels, rows.count());
        System.arraycopy(classes, 0, labels, before, rows.count() - before);
    }

    /** Mean and covariance of all. */
    public FeatureGaussian gaussian() {
        return statistics.gaussian();
    }

    /** Number of all. */
    public long count() {
        return statistics.count();
    }

    /** The first of them. */
    public FeatureRows rows() {
        return rows;
    }

    /** Those of the first that are of a class. */
    public FeatureRows ofClass(int label) {
        return rows.select(IntStream.range(0, labels.length)
                .filter(row -> labels[row] == label)
                .toArray());
    }
}
