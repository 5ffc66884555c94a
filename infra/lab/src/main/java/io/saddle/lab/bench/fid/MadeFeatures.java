package io.saddle.lab.bench.fid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.TorchRuntime;

/**
 * Features as a network's last pooling layer has them: not negative, correlated through some factors of falling strength, each
 * with a little noise of its own. The covariance has full rank and eigenvalues over several orders of magnitude.
 *
 * @param dimensions length D of a vector
 * @param rows number of vectors
 */
record MadeFeatures(int dimensions, int rows) {

    private static final int BLOCK = 1024;
    private static final double NOISE = 0.1;
    private static final double DRIFT = 0.2;

    /**
     * The statistics of one of two populations that differ a little, as real and generated images do.
     *
     * @param seed fixes them
     * @param population 0 or 1
     */
    FeatureGaussian statistics(long seed, int population) {
        RandomStreams streams = new RandomStreams(seed);
        FeatureStatistics statistics = new FeatureStatistics(dimensions);
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray loadings = loadings(streams, population, manager);
            for (int from = 0; from < rows; from += BLOCK) {
                statistics.add(block(streams, population, from, Math.min(BLOCK, rows - from), loadings, manager));
            }
        }
        return statistics.gaussian();
    }

    private int factors() {
        return Math.max(1, dimensions / 4);
    }

    /** Factors x D: the first population's, for the second with some drift. */
    private NDArray loadings(RandomStreams streams, int population, NDManager manager) {
        float[] values = new float[factors() * dimensions];
        float[] drift = new float[values.length];
        streams.gaussian(values, 0, values.length, "fid-loadings");
        streams.gaussian(drift, 0, drift.length, "fid-drift", population);
        for (int i = 0; i < values.length; i++) {
            double strength = 1 / Math.sqrt(1.0 + i / dimensions);
            values[i] = (float) (strength * (values[i] + population * DRIFT * drift[i]));
        }
        return manager.create(values, new Shape(factors(), dimensions));
    }

    private float[] block(
            RandomStreams streams, int population, int from, int count, NDArray loadings, NDManager manager) {
        float[] hidden = new float[count * factors()];
        float[] noise = new float[count * dimensions];
        streams.gaussian(hidden, 0, hidden.length, "fid-factors", population, from);
        streams.gaussian(noise, 0, noise.length, "fid-noise", population, from);
        try (NDManager scope = manager.newSubManager()) {
            NDArray factors = scope.create(hidden, new Shape(count, factors()));
            float[] values = factors.matMul(loadings).toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.max(0, values[i] + NOISE * noise[i]);
            }
            return values;
        }
    }
}
