package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.DigitClassifier;
import java.util.function.IntFunction;

/**
 * The classes of a run's data.
 *
 * @param classifier tells them apart
 * @param names what each label is called
 */
record Classes(DigitClassifier classifier, IntFunction<String> names) {}
