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
 * features being those of the network that the constraint or the run names, else of the data set's small classifier. The trainer
 * follows data's denoising loss in its place.
 */
@ApplicationScoped
@Identifier(ConstraintKinds.FEATURE_MEAN)
public class FeatureMeanLoss implements ConstraintLoss {

    /** Means of some hundred numbers: 100 of them are less than 1 MB. */
    private static final int KEPT = 100;

    /** @param network its name, which says beyond doubt whose features they are */
    private record Key(DataSelection data, String network) {}

    private final GeneratedImages generated;
    private final SelectedData data;
    private final BoundedCache<Key, double[]> targets = new BoundedCache<>(KEPT);

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
        double[] target = targets.get(
                new Key(selection, features.name()),
                key -> ImageFeatures.of(features, data.open(selection)).mean());
        FeatureStatistics statistics = new FeatureStatistics(features.dimensions());
        generated.each(snapshot, definition, images -> statistics.add(features.features(images)));
        return Measurement.of(distance(statistics.gaussian(), target, definition.getEvaluationSamples()));
    }

    /**
     * The distance with its standard error: along d = mu - nu the mean has variance d' C d / |d|^2 / n (the delta method).
     */
    static LossEstimateResult distance(FeatureGaussian seen, double[] target, int samples) {
        double[] difference = new double[target.length];
        double squared = 0;
        for (int i = 0; i < target.length; i++) {
            difference[i] = seen.mean()[i] - target[i];
            squared += difference[i] * difference[i];
        }
        double along = 0;
        for (int i = 0; i < target.length; i++) {
            for (int j = 0; j < target.length; j++) {
                along += difference[i] * seen.covariance()[i * target.length + j] * difference[j];
            }
        }
        double distance = Math.sqrt(squared);
        return new LossEstimateResult(distance, squared == 0 ? 0 : Math.sqrt(along / squared / samples), samples);
    }
}
