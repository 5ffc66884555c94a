package io.saddle.diffusion.sampling;

import io.saddle.diffusion.random.RandomStreams;

/** The class that each generated image is asked to show. */
@FunctionalInterface
public interface SampleLabels {
    /** The class of image {@code image}, counted from 0; it depends on nothing else. */
    int label(int image);

    /**
     * These classes in turn, from the first one again after the last: one for all images, or a grid's columns.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SampleLabels inTurn(int... labels) {
        if (labels.length == 0) {
            throw new IllegalArgumentException("images of a class-conditional network need at least one class");
        }
        int[] own = labels.clone();
        return image -> own[image % own.length];
    }

    /**
     * One of these classes for each image, drawn alike and for itself: images that are a sample of all that the network makes. In turn, their
     * means vary less than those of a sample.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SampleLabels drawn(long seed, int... labels) {
        SampleLabels own = inTurn(labels);
        RandomStreams streams = new RandomStreams(seed);
        return image -> own.label(streams.stream("sample-label", image).nextInt(labels.length));
    }
}
