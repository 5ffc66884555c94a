package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureStatistics;

/**
 * What samples are held against: a classifier, whose features give FID, and the statistics of the reference images under it.
 *
 * @param extractor names the classifier and what it was trained on: FID values compare only under the same one
 * @param referenceId names the reference images
 */
record Judge(DigitClassifier classifier, String extractor, FeatureStatistics reference, String referenceId)
        implements AutoCloseable {

    @Override
    public void close() {
        classifier.close();
    }
}
