package io.saddle.diffusion.evaluation;

/**
 * Mean and covariance of feature vectors, added one after the other, in float64 (Welford's update).
 */
public final class FeatureStatistics {
    private final int dimensions;
    private final double[] mean;
    private final double[] scatter;
    private final double[] deviation;
    private long count;

    /**
     * @param dimensions length D of a feature vector
     */
    public FeatureStatistics(int dimensions) {
        if (dimensions < 1) {
            throw new IllegalArgumentException("features need at least one dimension, not " + dimensions);
        }
        this.dimensions = dimensions;
        mean = new double[dimensions];
        scatter = new double[Math.multiplyExact(dimensions, dimensions)];
        deviation = new double[dimensions];
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
     */
    public void add(float[] rows) {
        if (rows.length % dimensions != 0) {
            throw new IllegalArgumentException(rows.length + " values are no whole rows of " + dimensions);
        }
        for (int from = 0; from < rows.length; from += dimensions) {
            addRow(rows, from);
        }
    }

    /** Number n of vectors. */
    public long count() {
        return count;
    }

    /** Length D of a vector. */
    public int dimensions() {
        return dimensions;
    }

    /** The mean, D values. */
    public double[] mean() {
        return mean.clone();
    }

    /**
     * The covariance with divisor n - 1, D x D values.
     *
     * @throws IllegalStateException with fewer than two vectors
     */
    public double[] covariance() {
        if (count < 2) {
            throw new IllegalStateException("a covariance needs at least two vectors, there are " + count);
        }
        double[] covariance = new double[scatter.length];
        for (int i = 0; i < dimensions; i++) {
            for (int j = 0; j <= i; j++) {
                double value = scatter[i * dimensions + j] / (count - 1);
                covariance[i * dimensions + j] = value;
                covariance[j * dimensions + i] = value;
            }
        }
        return covariance;
    }

    private void addRow(float[] rows, int from) {
        count++;
        for (int i = 0; i < dimensions; i++) {
            deviation[i] = rows[from + i] - mean[i];
        }
        double part = (count - 1.0) / count;
        for (int i = 0; i < dimensions; i++) {
            double scaled = part * deviation[i];
            for (int j = 0; j <= i; j++) {
                scatter[i * dimensions + j] += scaled * deviation[j];
            }
        }
        for (int i = 0; i < dimensions; i++) {
            mean[i] += deviation[i] / count;
        }
    }
}
