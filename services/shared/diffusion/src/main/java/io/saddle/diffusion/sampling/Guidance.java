package io.saddle.diffusion.sampling;

import io.saddle.diffusion.network.NoisePredictor;
import java.util.Arrays;

/**
 * Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598): eps = eps(x, null) + scale (eps(x, c) - eps(x, null)), which is
 * the same rule for v. The null class must have been trained by dropping labels.
 *
 * @param scale 1 = none, at the cost of a network without guidance; others cost twice as much. More than 1 makes images clearer
 *     and less varied. The paper's w is scale - 1
 */
public record Guidance(double scale) {
    public Guidance {
        if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the scale of guidance must be finite and >= 0, was " + scale);
        }
    }

    /** The rows that one image takes in a call of the network. */
    int rowsOfAnImage() {
        return scale == 1 ? 1 : 2;
    }

    /**
     * What the network says of the rows under guidance, as {@link NoisePredictor#predict(float[], float[], int[])}: one call, of
     * 2B rows where the scale is not 1.
     */
    float[] predict(NoisePredictor predictor, float[] x, float[] t, int[] labels) {
        if (rowsOfAnImage() == 1) {
            return predictor.predict(x, t, labels);
        }
        int rows = t.length;
        int[] labelled = Arrays.copyOf(labels, 2 * rows);
        Arrays.fill(labelled, rows, 2 * rows, predictor.config().nullClass());
        float[] both = predictor.predict(twice(x), twice(t), labelled);
        float[] guided = new float[both.length / 2];
        float factor = (float) scale;
        for (int i = 0; i < guided.length; i++) {
            float none = both[guided.length + i];
            guided[i] = none + factor * (both[i] - none);
        }
        return guided;
    }

    private static float[] twice(float[] values) {
        float[] both = Arrays.copyOf(values, 2 * values.length);
        System.arraycopy(values, 0, both, values.length, values.length);
        return both;
    }
}
