package io.saddle.lab.bench.pytorch;

import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * saddle beside the fastest of the peer's variants that took turns with it.
 *
 * @param saddle its row
 * @param fastest that variant's row
 */
public record AgainstFastest(Side.Measured saddle, Side.Measured fastest) {

    private static final Goal PEAK = Goal.atMost(1.1);
    private static final double KIB_PER_MIB = 1024;

    /**
     * @param sides saddle's first; empty if there is no other that was measured
     */
    public static Optional<AgainstFastest> of(List<? extends Side> sides, boolean smallerIsFaster) {
        List<Side.Measured> measured = sides.stream()
                .filter(Side.Measured.class::isInstance)
                .map(Side.Measured.class::cast)
                .toList();
        Comparator<Side.Measured> order =
                Comparator.comparingDouble(side -> side.statistics().median());
        return measured.stream()
                .skip(1)
                .min(smallerIsFaster ? order : order.reversed())
                .map(fastest -> new AgainstFastest(measured.get(0), fastest));
    }

    /**
     * The table with the ratio, and with both sides' speed and peak memory in a sentence.
     *
     * @param goal of the ratio; null = none
     * @param sentence with a place for the ratio, for example {@code takes %.2fx of the fastest variant's time}
     */
    public Comparison in(Comparison table, Goal goal, String sentence) {
        double ratio = saddle.statistics().median() / fastest.statistics().median();
        double memory = peakMiB(saddle) / peakMiB(fastest);
        return table.withRatio(saddle.name(), fastest.name(), goal)
                .withNote("saddle " + String.format(Locale.ROOT, sentence, ratio) + ", " + fastest.name())
                .withNote(String.format(
                        Locale.ROOT,
                        "saddle's peak memory is %.2fx of the fastest variant's (%.0f and %.0f MiB), %s",
                        memory,
                        peakMiB(saddle),
                        peakMiB(fastest),
                        PEAK.verdict(memory)))
                .withFacts(Json.object()
                        .put("fastestVariant", fastest.name())
                        .put("peakMemoryRatio", memory)
                        .put("peakMemoryGoalAtMost", PEAK.bound())
                        .put("peakMemoryMet", PEAK.isMet(memory)));
    }

    /** The most resident memory that a side's process had up to its last turn. */
    public static double peakMiB(Side.Measured side) {
        return side.answers().get(side.answers().size() - 1).path("peakRssKiB").asDouble() / KIB_PER_MIB;
    }
}
