package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.evaluation.FeatureDistances.Kernel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The real images that generated ones are compared with, under one network; what is asked of them again and again is computed once.
 * One thread at a time.
 */
public final class FeatureReference {

    /** Numbers of images whose floor is kept: a run has two. */
    private static final int KEPT_FLOORS = 8;

    private final FeatureGaussian gaussian;
    /** Null where there are statistics alone. */
    private final CollectedFeatures features;

    private final Map<Integer, Floor> floors = new LinkedHashMap<>();
    private double similarity = Double.NaN;
    private double[] radii;

    /**
     * The distances between two halves of the real images, where nothing differs but the images.
     *
     * @param images of each half
     */
    public record Floor(int images, double frechet, Kernel kernel) {}

    private FeatureReference(FeatureGaussian gaussian, CollectedFeatures features) {
        this.gaussian = gaussian;
        this.features = features;
    }

    /** Of images. */
    public static FeatureReference of(CollectedFeatures features) {
        return new FeatureReference(features.gaussian(), features);
    }

    /** Of which nothing is known but mean and covariance. */
    public static FeatureReference of(FeatureGaussian statistics) {
        return new FeatureReference(statistics, null);
    }

    public FeatureGaussian gaussian() {
        return gaussian;
    }

    /** False where there are statistics alone, and so no distance but the Frechet distance. */
    public boolean hasRows() {
        return features != null;
    }

    FeatureRows rows() {
        return features.rows();
    }

    FeatureRows ofClass(int label) {
        return features.ofClass(label);
    }

    /** The memory that it takes on the heap, about. */
    public long bytes() {
        long dimensions = gaussian.dimensions();
        long rows = hasRows() ? rows().count() : 0;
        return Double.BYTES * (dimensions * dimensions * (hasRows() ? 2 : 1) + rows) + Float.BYTES * rows * dimensions;
    }

    double similarity(FeatureDistances distances) {
        if (Double.isNaN(similarity)) {
            similarity = distances.similarity(rows());
        }
        return similarity;
    }

    double[] radii(FeatureDistances distances) {
        if (radii == null) {
            radii = distances.radii(rows(), SampleDistances.NEIGHBOURS);
        }
        return radii;
    }

    /**
     * The floor for so many generated images.
     *
     * @return of as many real images in each half, or half of those that there are; null where that is fewer than
     *     {@value SampleDistances#LEAST_HALF}
     */
    Floor floor(int images, FrechetDistance frechet, FeatureDistances distances) {
        int rows = Math.min(images, rows().count() / 2);
        if (rows < SampleDistances.LEAST_HALF) {
            return null;
        }
        if (floors.size() >= KEPT_FLOORS) {
            floors.clear();
        }
        return floors.computeIfAbsent(rows, half -> {
            FeatureRows first = rows().half(0, half);
            FeatureRows second = rows().half(1, half);
            return new Floor(half, frechet.between(first, second), distances.kernel(first, second));
        });
    }
}
