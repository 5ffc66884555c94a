package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.sampling.ImageBatch;

/** The features that sets of images are compared by. Thread-safe. */
public interface FeatureExtractor extends AutoCloseable {

    /** In words and beyond doubt: distances compare only under the same extractor. */
    String name();

    /** What features are kept under: the name, and whatever else they follow from. */
    default String identity() {
        return name();
    }

    /** What the Frechet distance of these features is called: FID where they are Inception's, and nowhere else. */
    default String metric() {
        return "Frechet distance";
    }

    /** Length D of a feature vector. */
    int dimensions();

    /**
     * The features of images.
     *
     * @return count x D values, row by row
     * @throws IllegalArgumentException for images of a size or number of channels that it cannot take
     */
    float[] features(ImageBatch images);

    @Override
    void close();
}
