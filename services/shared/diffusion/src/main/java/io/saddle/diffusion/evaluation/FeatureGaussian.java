package io.saddle.diffusion.evaluation;

import java.util.OptionalLong;

/**
 * The Gaussian that the Frechet distance puts in the place of a set of feature vectors.
 *
 * @param mean D values
 * @param covariance D x D values, divisor n - 1
 * @param samples number n of vectors that it was estimated from; empty if nobody wrote it down
 */
public record FeatureGaussian(double[] mean, double[] covariance, OptionalLong samples) {
    private static final double ASYMMETRY = 1e-4;

    /**
     * @throws IllegalArgumentException if the sizes do not fit, a value is not finite, or the covariance is not symmetric
     */
    public FeatureGaussian {
        int size = mean.length;
        if (size < 1 || covariance.length != (long) size * size) {
            throw new IllegalArgumentException("a mean of " + size + " values needs a covariance of " + size + " x "
                    + size + ", not " + covariance.length + " values");
        }
        double largest = 0;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, Math.abs(covariance[i * size + i]));
            requireFinite("the mean", i, mean[i]);
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                double below = covariance[i * size + j];
                requireFinite("row " + i + " of the covariance", j, below);
                requireFinite("row " + j + " of the covariance", i, covariance[j * size + i]);
                if (Math.abs(below - covariance[j * size + i]) > ASYMMETRY * largest) {
                    throw new IllegalArgumentException("the covariance is not symmetric: " + below + " in row " + i
                            + ", column " + j + ", but " + covariance[j * size + i] + " the other way round");
                }
            }
        }
    }

    /** Length D of a feature vector. */
    public int dimensions() {
        return mean.length;
    }

    /** True if there are surely too few samples for a covariance of full rank, which biases the distance upwards. */
    public boolean hasFewerSamplesThanDimensions() {
        return samples.isPresent() && samples.getAsLong() < dimensions();
    }

    private static void requireFinite(String where, int index, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(where + " has " + value + " at position " + index);
        }
    }
}
