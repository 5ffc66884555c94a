package io.saddle.lab.soak;

import java.util.List;
import java.util.Locale;

/**
 * The result of a load. Lags are milliseconds from the estimate's production; longer ones than a minute count as one.
 *
 * @param estimates different estimates sent
 * @param repeats how many of them were sent twice
 * @param updates multiplier updates that came
 * @param sendSeconds time taken to send
 * @param madeP50 until the dual step was made
 * @param madeP99 the same
 * @param seenP50 until a consumer of committed records had the update
 * @param seenP99 the same
 * @param problems what was not as it must be; empty if every estimate moved its multiplier exactly once
 */
public record LoadResult(
        long estimates,
        long repeats,
        long updates,
        double sendSeconds,
        long madeP50,
        long madeP99,
        long seenP50,
        long seenP99,
        List<String> problems) {

    /** Estimates sent per second, repeats included. */
    public double rate() {
        return (estimates + repeats) / sendSeconds;
    }

    public boolean isExact() {
        return problems.isEmpty() && updates == estimates;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d estimates (%d of them twice) in %.1f s, %.0f a second: %d updates, %s; until made p50 %s, p99 %s;"
                        + " until seen p50 %s, p99 %s%s",
                estimates,
                repeats,
                sendSeconds,
                rate(),
                updates,
                isExact() ? "each exactly once" : "NOT exactly once",
                Lags.inWords(madeP50),
                Lags.inWords(madeP99),
                Lags.inWords(seenP50),
                Lags.inWords(seenP99),
                problems.isEmpty() ? "" : ": " + problems);
    }
}
