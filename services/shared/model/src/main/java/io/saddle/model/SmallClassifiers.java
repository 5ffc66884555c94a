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
    private record Key(String images, String labels, boolean rotations) {}

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
     * @param images address of the images
     * @param labels address of the labels
     * @throws IOException if it cannot be read, or there are no classes
     */
    public DigitClassifier ofClasses(String images, String labels, Images all) throws IOException {
        return open.get(new Key(images, labels, false), key -> trained.of(key.images(), key.labels(), all.open()));
    }

    /**
     * Features of a data set's images, from the classifier of its classes, else from one that learnt to tell turned images apart.
     *
     * @param classes whether it {@linkplain #hasClasses has classes}
     * @throws IOException if the classifier cannot be read
     */
    public FeatureExtractor features(String images, String labels, boolean classes, Images all) throws IOException {
        if (classes) {
            return new ClassifierFeatures(ofClasses(images, labels, all), images);
        }
        DigitClassifier ofTurned =
                open.get(new Key(images, labels, true), key -> trained.ofRotations(key.images(), all.open()));
        return new ClassifierFeatures(ofTurned, TrainedClassifiers.rotations(images));
    }

    @Override
    public void close() {
        open.close();
    }
}
