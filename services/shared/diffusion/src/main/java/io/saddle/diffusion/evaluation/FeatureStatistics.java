package io.saddle.diffusion.evaluation;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;

/**
 * Mean and covariance of a stream of feature vectors in float64. No vector is kept: memory is O(D^2), whatever their number.
 * Vectors are taken in blocks of 1,024, so the result depends on their order but, to the bit, not on how they were handed in.
 * Not thread-safe.
 */
public final class FeatureStatistics {
    private static final int BLOCK_ROWS = 1024;
    /** D x D matrices that a comparison has in the heap at the same time: two sides, a block's, and copies. */
    private static final long MATRICES = 6;

    private final int dimensions;
    private final Moments moments;
    private double[] block;
    private int blockRows;

    /**
     * @param dimensions length D of a feature vector
     * @throws IllegalArgumentException if there is none, or so many that the covariances to be compared do not fit into this process
     */
    public FeatureStatistics(int dimensions) {
        this(dimensions, Runtime.getRuntime().maxMemory());
    }

    /** @param heap bytes that there are: the end of the memory would be the end of the process, and of all else that it has in hand */
    FeatureStatistics(int dimensions, long heap) {
        if (dimensions < 1) {
            throw new IllegalArgumentException("features need at least one dimension, not " + dimensions);
        }
        long needed = MATRICES * Double.BYTES * dimensions * dimensions;
        if (needed > heap) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "covariances of %,d features take %,d MiB of Java's heap, which has %,d (-Xmx): give it more, or judge by a network"
                            + " with fewer features",
                    dimensions,
                    needed >> 20,
                    heap >> 20));
        }
        this.dimensions = dimensions;
        moments = new Moments(dimensions);
        block = new double[0];
    }

    /** Statistics of rows of features, n x D values. */
    public static FeatureStatistics of(float[] rows, int dimensions) {
        FeatureStatistics statistics = new FeatureStatistics(dimensions);
        statistics.add(rows);
        return statistics;
    }

    /**
     * Adds rows of features.
     *
     * @param rows n x D values
     * @throws IllegalArgumentException if there is a part of a row, or a value that is not finite, naming its row (counted from
     *     0 over all calls); rows before it have been added
     */
    public void add(float[] rows) {
        add(rows.length, i -> rows[i]);
    }

    /** As {@link #add(float[])}. */
    public void add(double[] rows) {
        add(rows.length, i -> rows[i]);
    }

    /** Number n of vectors. */
    public long count() {
        return moments.count() + blockRows;
    }

    /**
     * The Gaussian of all vectors so far; more can be added afterwards.
     *
     * @throws IllegalStateException with fewer than two vectors
     */
    public FeatureGaussian gaussian() {
        if (count() < 2) {
            throw new IllegalStateException("a covariance needs at least two vectors, there are " + count());
        }
        Moments all = all();
        double[] covariance = all.scatter();
        for (int i = 0; i < dimensions; i++) {
            for (int j = 0; j <= i; j++) {
                double value = covariance[i * dimensions + j] / (all.count() - 1);
                covariance[i * dimensions + j] = value;
                covariance[j * dimensions + i] = value;
            }
        }
        return new FeatureGaussian(all.mean(), covariance, OptionalLong.of(all.count()));
    }

    /** A copy that has the unfinished block in it; the block itself goes on. */
    private Moments all() {
        Moments all = moments.copy();
        if (blockRows > 0) {
            all.merge(Moments.of(block, blockRows, dimensions));
        }
        return all;
    }

    private void add(int count, IntToDoubleFunction values) {
        if (count % dimensions != 0) {
            throw new IllegalArgumentException(count + " values are no whole rows of " + dimensions);
        }
        for (int from = 0; from < count; from += dimensions) {
            int target = nextRow();
            for (int i = 0; i < dimensions; i++) {
                block[target + i] = finite(count(), i, values.applyAsDouble(from + i));
            }
            endRow();
        }
    }

    /**
     * The value.
     *
     * @throws IllegalArgumentException naming its place, if it is no number
     */
    public static double finite(long row, int column, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "row " + row + " of the features has " + value + " at position " + column);
        }
        return value;
    }

    /** Position of the next row in the block, which grows up to its full size. */
    private int nextRow() {
        if (block.length == blockRows * dimensions) {
            int rows = Math.min(BLOCK_ROWS, Math.max(16, 2 * blockRows));
            block = Arrays.copyOf(block, Math.multiplyExact(rows, dimensions));
        }
        return blockRows * dimensions;
    }

    private void endRow() {
        blockRows++;
        if (blockRows == BLOCK_ROWS) {
            endBlock();
        }
    }

    private void endBlock() {
        if (blockRows > 0) {
            moments.merge(Moments.of(block, blockRows, dimensions));
            blockRows = 0;
        }
    }
}
