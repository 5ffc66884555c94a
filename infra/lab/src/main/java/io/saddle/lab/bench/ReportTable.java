package io.saddle.lab.bench;

import java.util.Locale;

/** A report for a terminal. */
public final class ReportTable {

    private ReportTable() {}

    /** All of a report's comparisons, one below the other. */
    public static String of(BenchReport report) {
        StringBuilder text = new StringBuilder();
        report.comparisons().forEach(comparison -> append(text, comparison));
        return text.toString();
    }

    private static void append(StringBuilder text, Comparison comparison) {
        int width = comparison.sides().stream()
                .mapToInt(side -> side.name().length())
                .max()
                .orElse(0);
        String name = "  %-" + Math.max(width, 24) + "s";
        line(text, "%n%s (%s)", comparison.title(), comparison.unit());
        if (comparison.sides().stream().anyMatch(Side.Measured.class::isInstance)) {
            line(text, name + " %10s %10s %10s %10s %6s", "", "median", "quartile 1", "quartile 3", "99 %", "count");
        }
        for (Side side : comparison.sides()) {
            if (side instanceof Side.Measured measured) {
                Statistics s = measured.statistics();
                line(
                        text,
                        name + " %10s %10s %10s %10s %6d",
                        side.name(),
                        number(s.median()),
                        number(s.q1()),
                        number(s.q3()),
                        number(s.p99()),
                        s.count());
            } else if (side instanceof Side.Missing missing) {
                line(text, name + " %s", side.name(), missing.reason());
            }
        }
        for (Ratio ratio : comparison.ratios()) {
            line(
                    text,
                    "  %s / %s: %.3f (round by round %.3f)%s",
                    ratio.numerator(),
                    ratio.denominator(),
                    ratio.medians(),
                    ratio.byRound(),
                    ratio.goal()
                            .map(goal -> ", " + goal.verdict(ratio.medians()))
                            .orElse(""));
        }
        comparison.notes().forEach(note -> line(text, "  %s", note));
    }

    /** Four significant digits, never in scientific notation. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.01 || size == 0 ? 3 : 6;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format + "%n", values));
    }
}
