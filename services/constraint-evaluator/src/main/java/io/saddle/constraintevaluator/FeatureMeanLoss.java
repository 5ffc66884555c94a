package io.saddle.constraintevaluator;

import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.model.BoundedCache;
import io.saddle.model.SelectedData;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/**
 * |mu - nu|: the Euclidean distance between the mean features of generated images and those of the constraint's evaluation data,
 * features being those of the network that the constraint or the run names, else of the data set's small classifier. Both means are
 * estimates, of which the distance has no bias: see {@link #distance}. The trainer follows data's denoising loss in its place.
 */
@ApplicationScoped
@Identifier(ConstraintKinds.FEATURE_MEAN)
public class FeatureMeanLoss implements ConstraintLoss {

    /** Means of some hundred numbers: 100 of them are less than 1 MB. */
    private static final int KEPT = 100;

    /** @param network its identity, which says beyond doubt whose features they are */
    private record Key(DataSelection data, String network) {}

    /**
     * The mean features of the constraint's data.
     *
     * @param variance tr(C) / m of its m images: the mean's expected squared distance to that of what they are a sample of
     */
    record Target(double[] mean, double variance) {

        static Target of(FeatureGaussian data) {
            return new Target(data.mean(), trace(data) / data.samples().orElseThrow());
        }
    }

    private final GeneratedImages generated;
    private final SelectedData data;
    private final BoundedCache<Key, Target> targets = new BoundedCache<>(KEPT);

    public FeatureMeanLoss(GeneratedImages generated, ImageSets sets) {
        this.generated = generated;
        data = new SelectedData(sets);
    }

    @Override
    public String description() {
        return "distance between the mean features of generated images and of the constraint's data";
    }

    @Override
    public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException {
        DataSelection selection = generated.pictures(ConstraintLoss.data(definition));
        FeatureExtractor features = generated.features(snapshot.spec(), definition, selection);
        Target target = targets.get(
                new Key(selection, features.identity()),
                key -> Target.of(ImageFeatures.of(features, data.open(selection))));
        FeatureStatistics statistics = new FeatureStatistics(features.dimensions());
        generated.each(snapshot, definition, images -> statistics.add(features.features(images)));
        return Measurement.of(distance(statistics.gaussian(), target, definition.getEvaluationSamples()));
    }

    /**
     * The distance of the true means. That of two sample means is too large: the mean of n vectors with covariance C has
     * E|mu_n - nu|^2 = |mu - nu|^2 + tr(C) / n, which a perfect model would violate a threshold with, so tr(C) / n and the like of the
     * constraint's data are taken off the squared distance X, which counts as 0 below 0.
     *
     * <p>The standard error is that of drawing other images for the same data: in the normal approximation
     * Var X = 4 (mu - nu)' C (mu - nu) / n + 2 tr(C^2) / n^2, each term estimated without bias (tr(C^2) after Bai and Saranadasa 1996,
     * "Effect of high dimension: by an example of a two sample problem", to the order 1 / n). The root's is s / (2 sqrt(X)) for
     * s = sqrt(Var X) by the delta method, which means nothing near 0: there it is sqrt(s), the distance at which X is s. The smaller
     * of the two is taken; they meet where sqrt(X) is half of sqrt(s).
     */
    static LossEstimateResult distance(FeatureGaussian seen, Target target, int samples) {
        int size = seen.dimensions();
        double[] covariance = seen.covariance();
        double[] difference = new double[size];
        double squared = 0;
        for (int i = 0; i < size; i++) {
            difference[i] = seen.mean()[i] - target.mean()[i];
            squared += difference[i] * difference[i];
        }
        double along = 0;
        double squares = 0;
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                double value = covariance[i * size + j];
                along += difference[i] * value * difference[j];
                squares += value * value;
            }
        }
        double trace = trace(seen);
        double n = samples;
        double noise = Math.max(0, squares - trace * trace / (n - 1)) / (n * n);
        double variance = 4 * Math.max(0, along / n - noise) + 2 * noise;
        double distance = Math.sqrt(Math.max(0, squared - trace / n - target.variance()));
        double error = Math.sqrt(variance);
        double nearZero = Math.sqrt(error);
        return new LossEstimateResult(distance, distance > nearZero / 2 ? error / (2 * distance) : nearZero, samples);
    }

    private static double trace(FeatureGaussian features) {
        double trace = 0;
        for (int i = 0; i < features.dimensions(); i++) {
            trace += features.covariance()[i * features.dimensions() + i];
        }
        return trace;
    }
}
