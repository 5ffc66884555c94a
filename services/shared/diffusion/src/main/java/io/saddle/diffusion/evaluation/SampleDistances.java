package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.evaluation.FeatureDistances.Kernel;
import io.saddle.diffusion.evaluation.FeatureDistances.Manifold;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * All distances between generated images and real ones under one network. Those that need the features themselves take the first
 * {@value FeatureRows#MOST} of each side.
 *
 * @param images N: all generated images; 0 for statistics that do not say it
 * @param referenceImages all real ones; empty for statistics that do not say it
 * @param frechet the Frechet distance
 * @param infinity what it would be of infinitely many generated images; null where it was not asked for or there are too few
 * @param samples what takes the features of both sides; null where there are statistics alone
 */
public record SampleDistances(
        long images, OptionalLong referenceImages, double frechet, FrechetAtInfinity infinity, OfRows samples) {

    /** Neighbours of precision, recall, density and coverage. */
    public static final int NEIGHBOURS = 5;

    /** Images of a class, generated and real, from which on it has a Frechet distance of its own. */
    public static final int LEAST_OF_CLASS = 50;

    /** A half has to have a covariance and blocks for a standard error. */
    static final int LEAST_HALF = 8;

    /**
     * The distances that take the features themselves.
     *
     * @param rows generated images that were compared
     * @param referenceRows real ones
     * @param manifold of {@value SampleDistances#NEIGHBOURS} neighbours; null with too few rows
     * @param floor null where the reference is too small to be halved
     * @param classes in the order in which they were asked for
     */
    public record OfRows(
            int rows,
            int referenceRows,
            Kernel kernel,
            Manifold manifold,
            FeatureReference.Floor floor,
            List<OfClass> classes) {}

    /**
     * Real images of a class against the generated ones that a classifier puts there.
     *
     * @param frechet null where one side has fewer than {@value SampleDistances#LEAST_OF_CLASS}
     */
    public record OfClass(int label, int images, int referenceImages, Double frechet) {}

    /**
     * @param toInfinity whether the Frechet distance is extrapolated, which takes 15 more of them
     * @param classes labels for which classes are told apart
     * @param seed of the subsets that the extrapolation draws
     * @throws IllegalArgumentException if the dimensions differ, or there are fewer than two images
     */
    public static SampleDistances of(
            CollectedFeatures generated,
            FeatureReference reference,
            boolean toInfinity,
            Collection<Integer> classes,
            long seed) {
        FeatureGaussian gaussian = generated.gaussian();
        try (FrechetDistance frechet = new FrechetDistance()) {
            return new SampleDistances(
                    generated.count(),
                    reference.gaussian().samples(),
                    frechet.between(gaussian, reference.gaussian()),
                    toInfinity
                            ? FrechetAtInfinity.of(generated.rows(), reference.gaussian(), frechet, seed)
                                    .orElse(null)
                            : null,
                    reference.hasRows() ? ofRows(generated, reference, classes, frechet) : null);
        }
    }

    /** Of statistics on both sides: the Frechet distance alone. */
    public static SampleDistances of(FeatureGaussian generated, FeatureGaussian reference) {
        try (FrechetDistance frechet = new FrechetDistance()) {
            return new SampleDistances(
                    generated.samples().orElse(0),
                    reference.samples(),
                    frechet.between(generated, reference),
                    null,
                    null);
        }
    }

    private static OfRows ofRows(
            CollectedFeatures generated,
            FeatureReference reference,
            Collection<Integer> classes,
            FrechetDistance frechet) {
        FeatureRows rows = generated.rows();
        boolean enough = Math.min(rows.count(), reference.rows().count()) > NEIGHBOURS;
        try (FeatureDistances distances = new FeatureDistances()) {
            return new OfRows(
                    rows.count(),
                    reference.rows().count(),
                    distances.kernel(rows, reference.rows(), reference.similarity(distances)),
                    enough ? distances.manifold(reference.rows(), reference.radii(distances), rows, NEIGHBOURS) : null,
                    reference.floor(rows.count(), frechet, distances),
                    ofClasses(generated, reference, classes, frechet));
        }
    }

    private static List<OfClass> ofClasses(
            CollectedFeatures generated,
            FeatureReference reference,
            Collection<Integer> classes,
            FrechetDistance frechet) {
        List<OfClass> found = new ArrayList<>();
        for (int label : classes) {
            FeatureRows seen = generated.ofClass(label);
            FeatureRows real = reference.ofClass(label);
            boolean enough = Math.min(seen.count(), real.count()) >= LEAST_OF_CLASS;
            found.add(new OfClass(label, seen.count(), real.count(), enough ? frechet.between(seen, real) : null));
        }
        return found;
    }
}
