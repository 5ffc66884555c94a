package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.sampling.ImageBatch;
import java.util.List;

/** A classifier that says which class of a data set an image shows. Thread-safe. */
public interface ImageClassifier {

    /** In words and beyond doubt: shares compare only under the same classifier. */
    String name();

    /** Every label that it may give, in order. */
    List<Integer> labels();

    /** What a class is called. */
    String className(int label);

    /**
     * The label of each image.
     *
     * @throws IllegalArgumentException for images of a size or number of channels that it cannot take
     */
    int[] classify(ImageBatch images);
}
