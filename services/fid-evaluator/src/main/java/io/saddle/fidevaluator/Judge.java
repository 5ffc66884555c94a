package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;

/**
 * The reference that samples are held against.
 *
 * @param extractor gives the features: FID values compare only under the same one
 * @param classifier says which class a sample shows
 * @param reference statistics of the reference under the extractor
 * @param referenceId names the reference
 */
record Judge(FeatureExtractor extractor, DigitClassifier classifier, FeatureGaussian reference, String referenceId) {}
