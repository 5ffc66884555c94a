package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;

/**
 * The reference that samples are held against.
 *
 * @param extractor gives the features: FID values compare only under the same one
 * @param classes says which class a sample shows; null where the data has no classes
 * @param reference statistics of the reference under the extractor
 * @param referenceId names the reference
 */
record Judge(FeatureExtractor extractor, Classes classes, FeatureGaussian reference, String referenceId) {

    /** Weights of the small classifier, in libtorch and as they were read. */
    private static final long CLASSIFIER_BYTES = 8L << 20;

    /** The memory that it holds, about. */
    long bytes() {
        long dimensions = reference.dimensions();
        return CLASSIFIER_BYTES + Double.BYTES * dimensions * dimensions;
    }

    void close() {
        if (classes != null) {
            classes.classifier().close();
        }
    }
}
