package io.saddle.diffusion.training;

/** The loss of one image: the mean over its elements of the squared error. */
public final class SquaredError {
    private SquaredError() {}

    /** Mean of (a_i - b_i)^2 over {@code size} elements from {@code offset} on. */
    public static double mean(float[] a, float[] b, int offset, int size) {
        double sum = 0;
        for (int i = offset, end = offset + size; i < end; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum / size;
    }
}
