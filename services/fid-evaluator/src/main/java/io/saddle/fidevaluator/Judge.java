package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureReference;
import io.saddle.diffusion.evaluation.ImageClassifier;
import java.util.List;

/**
 * Who judges the samples of a run.
 *
 * @param networks whose features they are compared by, the one whose distance is the score first
 * @param classifier says which class a sample shows; null where nobody can
 * @param accuracy share of real images that the classifier sees right; null if it is not known
 * @param dataClasses labels of the data's classes, all of which the classifier may give; empty where the data has none
 * @param referenceId names the reference
 */
record Judge(
        List<Network> networks,
        ImageClassifier classifier,
        Double accuracy,
        List<Integer> dataClasses,
        String referenceId) {

    /**
     * A network with the reference as it sees it.
     *
     * @param sha256 of its file; null where saddle trained it or a setting names it
     */
    record Network(FeatureExtractor extractor, FeatureReference reference, String sha256) {}
}
