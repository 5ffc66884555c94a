package io.saddle.lab.bench;

import java.util.Locale;

/**
 * The value that a ratio or figure should have. It is shown beside what was measured and decides nothing.
 *
 * @param bound the limit
 * @param atMost whether smaller is better
 */
public record Goal(double bound, boolean atMost) {

    public static Goal atMost(double bound) {
        return new Goal(bound, true);
    }

    public static Goal atLeast(double bound) {
        return new Goal(bound, false);
    }

    public boolean isMet(double value) {
        return atMost ? value <= bound : value >= bound;
    }

    /** For example {@code goal <= 0.80: met}. */
    public String verdict(double value) {
        return String.format(
                Locale.ROOT, "goal %s %.2f: %s", atMost ? "<=" : ">=", bound, isMet(value) ? "met" : "missed");
    }
}
