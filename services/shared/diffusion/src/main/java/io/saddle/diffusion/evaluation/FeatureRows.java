package io.saddle.diffusion.evaluation;

import java.util.Arrays;

/**
 * Feature vectors themselves, for distances that need more of them than mean and covariance: the first ones of a stream, up to a
 * number that bounds memory. Not thread-safe while rows are added.
 */
public final class FeatureRows {

    /** So many rows of Inception's 2,048 features are 80 MB. */
    public static final int MOST = 10_000;

    private final int dimensions;
    private float[] values = new float[0];
    private int count;

    /** @param dimensions length D of a vector */
    public FeatureRows(int dimensions) {
        if (dimensions < 1) {
            throw new IllegalArgumentException("features need at least one dimension, not " + dimensions);
        }
        this.dimensions = dimensions;
    }

    /** Takes rows, n x D values, as far as there is room. */
    public void add(float[] rows) {
        int taken = Math.min(rows.length / dimensions, MOST - count);
        int end = (count + taken) * dimensions;
        if (end > values.length) {
            values = Arrays.copyOf(values, Math.min(MOST * dimensions, Math.max(end, 2 * values.length)));
        }
        System.arraycopy(rows, 0, values, count * dimensions, taken * dimensions);
        count += taken;
    }

    public int dimensions() {
        return dimensions;
    }

    /** Number of rows that were kept. */
    public int count() {
        return count;
    }

    /** Rows {@code from} to {@code to}. */
    public FeatureRows range(int from, int to) {
        FeatureRows range = new FeatureRows(dimensions);
        range.values = Arrays.copyOfRange(values, from * dimensions, to * dimensions);
        range.count = to - from;
        return range;
    }

    /** Every second row, from row {@code first} on, at most so many. */
    public FeatureRows half(int first, int most) {
        FeatureRows half = new FeatureRows(dimensions);
        half.count = Math.min(most, (count - first + 1) / 2);
        half.values = new float[half.count * dimensions];
        for (int row = 0; row < half.count; row++) {
            System.arraycopy(values, (first + 2 * row) * dimensions, half.values, row * dimensions, dimensions);
        }
        return half;
    }

    /** Row by row, n x D, and what there was room for behind it. */
    float[] values() {
        return values;
    }

    /** Mean and covariance. */
    public FeatureGaussian gaussian() {
        return FeatureStatistics.of(Arrays.copyOf(values, count * dimensions), dimensions)
                .gaussian();
    }
}
