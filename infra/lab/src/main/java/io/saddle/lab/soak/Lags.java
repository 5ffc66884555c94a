package io.saddle.lab.soak;

/** Times from 0 to a minute, to the millisecond; longer ones count as a minute. */
final class Lags {

    private static final int MOST = 60_000;

    private final long[] counts = new long[MOST + 1];
    private long total;

    /** A quantile for people. */
    static String inWords(long millis) {
        return millis >= MOST ? "a minute or more" : millis + " ms";
    }

    void add(long millis) {
        counts[(int) Math.max(0, Math.min(millis, counts.length - 1))]++;
        total++;
    }

    /** The smallest number of milliseconds that at least this share of the times does not exceed; -1 without times. */
    long quantile(double share) {
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (int millis = 0; total > 0 && millis < counts.length; millis++) {
            seen += counts[millis];
            if (seen >= wanted) {
                return millis;
            }
        }
        return -1;
    }
}
