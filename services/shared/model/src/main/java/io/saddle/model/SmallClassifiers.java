package io.saddle.model;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import java.io.IOException;

/**
 * The small classifiers that an evaluator has open, a few MB each: trained at first use, and closed when many others were used since.
 * One thread at a time.
 */
public final class SmallClassifiers implements AutoCloseable {

    private static final int KEPT = 16;

    /** Opens all images of a data set; asked only where a classifier is not open yet. */
    @FunctionalInterface
    public interface Images {
        ImageDataSet open() throws IOException;
    }

    /** @param rotations whether it tells turned images apart rather than classes */
    private record Key(ImageFiles files, boolean rotations) {}

    private final TrainedClassifiers trained;
    private final BoundedCache<Key, DigitClassifier> open = new BoundedCache<>(KEPT, DigitClassifier::close);

    public SmallClassifiers(TrainedClassifiers trained) {
        this.trained = trained;
    }

    /** Whether there are classes to tell apart. */
    public static boolean hasClasses(ImageDataSet all) {
        return all.classCounts().size() > 1;
    }

    /**
     * The classifier that tells the classes of a data set apart.
     *
     * @throws IOException if it cannot be read, or there are no classes
     */
    public DigitClassifier ofClasses(ImageFiles files, Images all) throws IOException {
        return open.get(new Key(files, false), key -> trained.of(key.files(), all.open()));
    }

    /**
     * Features of a data set's images, from the classifier of its classes, else from one that learnt to tell turned images apart.
     *
     * @param classes whether it {@linkplain #hasClasses has classes}
     * @throws IOException if the classifier cannot be read
     */
    public FeatureExtractor features(ImageFiles files, boolean classes, Images all) throws IOException {
        if (classes) {
            return new ClassifierFeatures(ofClasses(files, all), files.images());
        }
        DigitClassifier ofTurned = open.get(new Key(files, true), key -> trained.ofRotations(key.files(), all.open()));
        return new ClassifierFeatures(ofTurned, TrainedClassifiers.rotations(files.images()));
    }

    @Override
    public void close() {
        open.close();
    }
}
