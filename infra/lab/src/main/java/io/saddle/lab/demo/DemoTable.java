package io.saddle.lab.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The result as a table for a terminal. */
final class DemoTable {

    private static final String ROW = "  %-34s %18s %18s%n";

    private DemoTable() {}

    static String of(DemoResult result) {
        DemoResult.Run without = result.unconstrained();
        DemoResult.Run with = result.constrained();
        StringBuilder table = new StringBuilder();
        row(table, "", "unconstrained", "constrained");
        for (int label : new TreeSet<>(with.score().classFrequencies().keySet())) {
            String rare = result.minorities().contains(label) ? " (rare)" : "";
            row(
                    table,
                    "share of " + label + rare,
                    DemoEvaluation.percent(without.score().classFrequencies().getOrDefault(label, 0.0)),
                    DemoEvaluation.percent(with.score().classFrequencies().getOrDefault(label, 0.0)));
        }
        row(
                table,
                "minorities (balanced " + DemoEvaluation.percent(result.balancedShare()) + ")",
                DemoEvaluation.percent(without.minorityShare()),
                DemoEvaluation.percent(with.minorityShare()));
        row(
                table,
                "  in the objective's data",
                DemoEvaluation.percent(without.dataMinorityShare()),
                DemoEvaluation.percent(with.dataMinorityShare()));
        row(
                table,
                "distance to uniform",
                number(without.score().distanceToUniform()),
                number(with.score().distanceToUniform()));
        row(
                table,
                "Frechet distance, N = " + without.score().images() + " / "
                        + with.score().images(),
                number(without.score().fid()),
                number(with.score().fid()));
        for (DemoResult.Multiplier multiplier : with.multipliers()) {
            row(table, "multiplier of " + multiplier.constraint(), "-", number(multiplier.value()));
        }
        row(
                table,
                "mixture weight of the objective",
                number(without.objectiveWeight()),
                number(with.objectiveWeight()));
        for (DemoResult.Multiplier multiplier : with.multipliers()) {
            row(table, "mixture weight of " + multiplier.constraint(), "-", number(multiplier.mixtureWeight()));
        }
        row(table, "precision of the training", without.precision(), with.precision());
        row(table, "ms per primal step", number(without.millisPerStep()), number(with.millisPerStep()));
        table.append(String.format("%n  sampler: %s%n", with.score().sampler()));
        table.append(String.format("  features: %s%n", with.score().featureExtractor()));
        table.append(String.format("  reference: %s%n", with.score().referenceText()));
        result.caveats().forEach(caveat -> table.append(String.format("  Frechet distance: %s%n", caveat)));
        return table.toString();
    }

    /** The promises, one a line. */
    static String checks(DemoResult result) {
        List<String> lines = new ArrayList<>();
        for (DemoResult.Check check : result.checks()) {
            lines.add("  " + (check.kept() ? "kept    " : "NOT KEPT") + "  " + check.promise() + ": " + check.found());
        }
        return lines.stream().collect(Collectors.joining(System.lineSeparator()));
    }

    private static void row(StringBuilder table, String name, String without, String with) {
        table.append(String.format(Locale.ROOT, ROW, name, without, with));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
