package io.saddle.cli.fid;

import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureRows;
import io.saddle.diffusion.evaluation.FeatureStatistics;

/** The features of one side as they come: statistics of all, and the first of them. Not thread-safe. */
final class FidFeatures {

    private final FeatureStatistics statistics;
    private final FeatureRows rows;

    FidFeatures(int dimensions) {
        statistics = new FeatureStatistics(dimensions);
        rows = new FeatureRows(dimensions);
    }

    void add(float[] more) {
        statistics.add(more);
        rows.add(more);
    }

    void add(double[] more) {
        statistics.add(more);
        float[] rounded = new float[more.length];
        for (int i = 0; i < more.length; i++) {
            rounded[i] = (float) more[i];
        }
        rows.add(rounded);
    }

    FeatureGaussian gaussian() {
        return statistics.gaussian();
    }

    FeatureRows rows() {
        return rows;
    }
}
