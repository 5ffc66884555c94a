package io.saddle.diffusion.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

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

    /** The rows at these positions, in this order. */
    public FeatureRows select(int[] positions) {
        FeatureRows selected = new FeatureRows(dimensions);
        selected.count = positions.length;
        selected.values = new float[positions.length * dimensions];
        for (int i = 0; i < positions.length; i++) {
            System.arraycopy(values, positions[i] * dimensions, selected.values, i * dimensions, dimensions);
        }
        return selected;
    }

    /**
     * One of two sets without a common row, each spread over all rows: those that lie together may be alike.
     *
     * @param which 0 or 1
     * @param rows of each; at most half of all
     */
    public FeatureRows half(int which, int rows) {
        return select(IntStream.range(0, rows)
                .map(i -> (int) ((2L * i + which) * count / (2L * rows)))
                .toArray());
    }

    /** Row by row, n x D; a copy. */
    public float[] copy() {
        return Arrays.copyOf(values, count * dimensions);
    }

    /** Row by row, n x D, and what there was room for behind it. */
    float[] values() {
        return values;
    }

    /** Mean and covariance. */
    public FeatureGaussian gaussian() {
        return FeatureStatistics.of(copy(), dimensions).gaussian();
    }
}
