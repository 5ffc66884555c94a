package io.saddle.lab.soak;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** More estimates than any number of evaluators make, into the dual updater. */
final class ManyEstimates extends Scenario {

    private static final int RUNS = 8;
    private static final int CONSTRAINTS = 4;

    private final Intensity intensity;

    ManyEstimates(Intensity intensity) {
        super(
                "many-estimates",
                String.format(
                        Locale.ROOT,
                        "%,d estimates a second for %d s, every 97th twice",
                        intensity.estimatesPerSecond(),
                        intensity.load().toSeconds()));
        this.intensity = intensity;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        String series = Long.toString(Instant.now().getEpochSecond());
        List<String> runs = IntStream.range(0, RUNS)
                .mapToObj(i -> "estimates-" + series + "-" + i)
                .toList();
        LoadResult result = new EstimateLoad(
                        stack.kafka(), runs, CONSTRAINTS, intensity.estimatesPerSecond(), intensity.load())
                .run();
        return List.of(
                new Claim("every estimate moves its multiplier exactly once", result.isExact(), result.toString()),
                new Claim(
                        "the rate was reached",
                        result.rate() > 0.95 * intensity.estimatesPerSecond(),
                        String.format(
                                Locale.ROOT,
                                "%,.0f a second; lag until seen: p50 %s, p99 %s",
                                result.rate(),
                                Lags.inWords(result.seenP50()),
                                Lags.inWords(result.seenP99()))));
    }
}
