package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of {@code bench memory}. */
final class MemoryReport {

    /** Names of the two sides. */
    static final String SADDLE = "saddle";

    static final String PEER = "PyTorch";

    private static final Goal PEAK = Goal.atMost(1.2);

    private MemoryReport() {}

    /**
     * @param warmUp steps that the slopes do not count
     */
    static Comparison of(String title, List<MemorySeries> series, int warmUp) {
        List<Side> sides = new ArrayList<>();
        series.forEach(one -> sides.addAll(one.sides()));
        Comparison table = Comparison.of(title, "MiB", sides)
                .withRatio(MemorySeries.peakName(SADDLE), MemorySeries.peakName(PEER), PEAK);
        ObjectNode facts = Json.object().put("warmUpSteps", warmUp);
        for (MemorySeries one : series) {
            double slope = one.slope(warmUp);
            facts.putObject(one.name())
                    .put("steps", one.steps())
                    .put("slopeKiBPer1000Steps", slope)
                    .put("peakMiB", one.peak())
                    .put("atStartMiB", one.atStart())
                    .put("heapCommittedMiB", one.heap());
            table = table.withNote(line(one, slope, warmUp));
        }
        return table.withFacts(facts)
                .withNote(
                        "a process's whole resident memory: for saddle with the Java virtual machine, its heap and compilers");
    }

    static Comparison with(Comparison table, Side.Missing missing) {
        List<Side> sides = new ArrayList<>(table.sides());
        sides.add(missing);
        return new Comparison(table.title(), table.unit(), sides, table.ratios(), table.facts(), table.notes());
    }

    private static String line(MemorySeries one, double slope, int warmUp) {
        String growth = Double.isNaN(slope)
                ? "too few steps after the warm-up of " + warmUp + " for a slope"
                : String.format(Locale.ROOT, "%+.0f KiB per 1000 steps after a warm-up of %d", slope, warmUp);
        String heap = one.heap() > 0 ? String.format(Locale.ROOT, ", Java heap %.0f MiB committed", one.heap()) : "";
        return String.format(
                Locale.ROOT,
                "%s, %d steps: %s; %.0f MiB before the first step%s",
                one.name(),
                one.steps(),
                growth,
                one.atStart(),
                heap);
    }
}
