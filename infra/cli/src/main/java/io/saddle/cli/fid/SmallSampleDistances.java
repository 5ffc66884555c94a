package io.saddle.cli.fid;

import io.saddle.diffusion.evaluation.FeatureDistances;
import io.saddle.diffusion.evaluation.FeatureDistances.Kernel;
import io.saddle.diffusion.evaluation.FeatureDistances.Manifold;
import io.saddle.diffusion.evaluation.FeatureRows;
import io.saddle.diffusion.evaluation.FrechetDistance;
import java.util.Optional;

/**
 * The distances that small numbers of images need, and that take the features themselves, and the floor: what they are between two halves of the reference, where nothing differs
 * but the images.
 *
 * @param manifold of {@value #NEIGHBOURS} neighbours; null with too few rows
 * @param floor null where the reference is too small to be halved
 */
record SmallSampleDistances(Kernel kernel, Manifold manifold, Floor floor) {

    static final int NEIGHBOURS = 5;

    /** A half has to have a covariance and blocks for a standard error. */
    private static final int LEAST_HALF = 8;

    /** @param rows of each half: as many as A has, or half of B's */
    record Floor(int rows, double frechet, Kernel kernel) {}

    /** Empty where a side has its statistics alone. */
    static Optional<SmallSampleDistances> of(FidSource a, FidSource b) {
        if (a.rows() == null || b.rows() == null) {
            return Optional.empty();
        }
        try (FeatureDistances distances = new FeatureDistances()) {
            boolean enough = Math.min(a.rows().count(), b.rows().count()) > NEIGHBOURS;
            return Optional.of(new SmallSampleDistances(
                    distances.kernel(a.rows(), b.rows()),
                    enough ? distances.manifold(b.rows(), a.rows(), NEIGHBOURS) : null,
                    floor(distances, a.rows(), b.rows())));
        }
    }

    private static Floor floor(FeatureDistances distances, FeatureRows a, FeatureRows b) {
        int rows = Math.min(a.count(), b.count() / 2);
        if (rows < LEAST_HALF) {
            return null;
        }
        FeatureRows first = b.half(0, rows);
        FeatureRows second = b.half(1, rows);
        try (FrechetDistance frechet = new FrechetDistance()) {
            return new Floor(
                    rows, frechet.between(first.gaussian(), second.gaussian()), distances.kernel(first, second));
        }
    }
}
