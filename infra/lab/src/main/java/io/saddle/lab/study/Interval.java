package io.saddle.lab.study;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * An estimate and what it may be.
 *
 * @param value the estimate
 * @param low lower end of the 95 % interval; null where there is too little to tell
 * @param high upper end, likewise
 * @param count observations
 */
public record Interval(double value, Double low, Double high, int count) {

    private static final double UPPER = 0.975;

    /**
     * The mean of independent observations with its interval by Student's t; of a single one there is none. Empty without any.
     *
     * @param values observations; null ones are left out
     */
    public static Optional<Interval> ofMean(List<Double> values) {
        double[] known = values.stream()
                .filter(value -> value != null && Double.isFinite(value))
                .mapToDouble(Double::doubleValue)
                .toArray();
        int n = known.length;
        if (n == 0) {
            return Optional.empty();
        }
        double sum = 0;
        for (double value : known) {
            sum += value;
        }
        double mean = sum / n;
        if (n == 1) {
            return Optional.of(new Interval(mean, null, null, 1));
        }
        double squares = 0;
        for (double value : known) {
            squares += (value - mean) * (value - mean);
        }
        double half = TDistribution.of(n - 1).inverseCumulativeProbability(UPPER) * Math.sqrt(squares / (n - 1) / n);
        return Optional.of(new Interval(mean, mean - half, mean + half, n));
    }

    /** A share of independent trials with Wilson's interval, which holds for few trials and for shares of 0 and 1; empty without any. */
    public static Optional<Interval> ofShare(long successes, long trials) {
        if (trials == 0) {
            return Optional.empty();
        }
        double z = NormalDistribution.of(0, 1).inverseCumulativeProbability(UPPER);
        double p = successes / (double) trials;
        double centre = (p + z * z / (2 * trials)) / (1 + z * z / trials);
        double half = z / (1 + z * z / trials) * Math.sqrt(p * (1 - p) / trials + z * z / (4.0 * trials * trials));
        return Optional.of(
                new Interval(p, Math.max(0, centre - half), Math.min(1, centre + half), Math.toIntExact(trials)));
    }

    /** Whether 0 is outside the interval: a difference that chance alone hardly makes. */
    boolean excludesZero() {
        return low != null && (low > 0 || high < 0);
    }
}
