package io.saddle.lab.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Order statistics, which a few disturbed repetitions do not move.
 *
 * @param median the middle value
 * @param q1 a quarter of the values lie below
 * @param q3 a quarter of the values lie above
 * @param p99 99 of 100 values lie below; with few values near the largest
 * @param count number of values
 */
public record Statistics(double median, double q1, double q3, double p99, int count) {

    /** Quantiles are interpolated linearly between the two nearest values (numpy's default); NaN without values. */
    public static Statistics of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Statistics(
                quantile(sorted, 0.5),
                quantile(sorted, 0.25),
                quantile(sorted, 0.75),
                quantile(sorted, 0.99),
                sorted.length);
    }

    /**
     * The median over the rounds of median(numerator) / median(denominator): a slow phase of the machine hits both sides of a
     * round and drops out.
     *
     * @throws IllegalArgumentException if the numbers of rounds differ
     */
    public static double ratioByRound(List<double[]> numerator, List<double[]> denominator) {
        if (numerator.size() != denominator.size()) {
            throw new IllegalArgumentException(
                    numerator.size() + " rounds cannot be paired with " + denominator.size());
        }
        double[] ratios = new double[numerator.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = of(numerator.get(i)).median() / of(denominator.get(i)).median();
        }
        return of(ratios).median();
    }

    /**
     * The quantile of values in ascending order.
     *
     * @param q within 0..1
     */
    public static double quantile(double[] sorted, double q) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = q * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
