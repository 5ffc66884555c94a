package io.saddle.diffusion.evaluation;

/**
 * The place where an array is farthest from what was expected.
 *
 * @param difference absolute; NaN if one of the two has a NaN that the other has not
 * @param index the place
 * @param expected the value that was expected there
 * @param computed the value that is there
 */
public record LargestDifference(double difference, long[] index, float expected, float computed) {

    /**
     * Compares two arrays of one shape, in row-major order.
     *
     * @param expected at least one value
     */
    static LargestDifference of(float[] expected, float[] computed, long... shape) {
        int largest = 0;
        for (int i = 1; i < expected.length; i++) {
            double difference = difference(expected[i], computed[i]);
            // A NaN counts as more than any number.
            if (Double.compare(difference, difference(expected[largest], computed[largest])) > 0) {
                largest = i;
            }
        }
        return new LargestDifference(
                difference(expected[largest], computed[largest]),
                index(largest, shape),
                expected[largest],
                computed[largest]);
    }

    private static double difference(float expected, float computed) {
        return Float.compare(expected, computed) == 0 ? 0 : Math.abs((double) expected - computed);
    }

    private static long[] index(int position, long... shape) {
        long[] index = new long[shape.length];
        long rest = position;
        for (int i = shape.length - 1; i >= 0; i--) {
            index[i] = rest % shape[i];
            rest /= shape[i];
        }
        return index;
    }
}
