package io.saddle.diffusion.sampling;

import io.saddle.diffusion.random.RandomStreams;
import java.util.Arrays;

/** The class that each generated image is asked to show. */
@FunctionalInterface
public interface SampleLabels {
    /** The class of image {@code image}, counted from 0; it depends on nothing else. */
    int label(long seed, int image);

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
        return (seed, image) -> own[image % own.length];
    }

    /**
     * Classes drawn independently of each other, class c with the probability shares[c] / sum of shares.
     *
     * @throws IllegalArgumentException if a share is negative or not finite, or all are 0
     */
    static SampleLabels drawn(double... shares) {
        double[] until = new double[shares.length];
        double sum = 0;
        int last = -1;
        for (int c = 0; c < shares.length; c++) {
            if (!(shares[c] >= 0 && shares[c] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "shares of classes must be finite and >= 0, were " + Arrays.toString(shares));
            }
            sum += shares[c];
            until[c] = sum;
            last = shares[c] > 0 ? c : last;
        }
        if (last < 0) {
            throw new IllegalArgumentException("at least one class needs a share > 0");
        }
        int most = last;
        return (seed, image) -> {
            double point = new RandomStreams(seed).stream("sample-label", image).nextDouble() * until[most];
            int c = 0;
            // Rounding may give the whole sum.
            while (c < most && until[c] <= point) {
                c++;
            }
            return c;
        };
    }
}
