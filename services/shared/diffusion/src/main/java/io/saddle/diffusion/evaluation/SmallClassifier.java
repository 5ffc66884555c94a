package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.sampling.ImageBatch;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The small classifier of a data set, for want of one that somebody brought.
 *
 * @param trainedOn address of the images that it was trained on
 * @param names what each label is called
 */
public record SmallClassifier(DigitClassifier classifier, String trainedOn, IntFunction<String> names)
        implements ImageClassifier {

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "small-cnn (sha256 %s, %.2f %% held-out accuracy, trained on %s)",
                classifier.shownSha256(),
                100 * classifier.description().heldOutAccuracy(),
                trainedOn);
    }

    @Override
    public List<Integer> labels() {
        return classifier.description().classes();
    }

    @Override
    public String className(int label) {
        return names.apply(label);
    }

    @Override
    public int[] classify(ImageBatch images) {
        return classifier.classify(images);
    }
}
