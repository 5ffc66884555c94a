package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.network.ConvClassifier;
import io.saddle.diffusion.sampling.ImageBatch;
import java.util.Locale;

/**
 * The features of the small classifier, for want of Inception-v3's: quick, and made for the data, but values compare with
 * nobody else's.
 *
 * @param classifier closed with this
 * @param trainedOn address of the images that it was trained on
 */
public record ClassifierFeatures(DigitClassifier classifier, String trainedOn) implements FeatureExtractor {

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "small-cnn (%d features, sha256 %s, %.2f %% held-out accuracy, trained on %s)",
                dimensions(),
                classifier.shownSha256(),
                100 * classifier.description().heldOutAccuracy(),
                trainedOn);
    }

    @Override
    public int dimensions() {
        return ConvClassifier.FEATURES;
    }

    @Override
    public float[] features(ImageBatch images) {
        return classifier.features(images);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
