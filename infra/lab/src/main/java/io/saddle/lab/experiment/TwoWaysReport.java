package io.saddle.lab.experiment;

import io.saddle.lab.report.Curve;
import io.saddle.lab.report.HtmlPage;
import io.saddle.lab.study.Interval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it; and the terminal's table. */
final class TwoWaysReport {

    private static final String ROW = "  %-26s %11s %13s %18s%n";

    /** One line of a chart: a run's series. */
    public record Line(String name, boolean first, long seed, List<Double> values) {}

    /** The runs' curves of one figure, over their common steps. */
    public record Chart(String id, String title, List<Long> steps, List<Line> lines) {}

    /** One row of the page's table. */
    public record Row(String name, String first, String second, String relative, String mark, String style) {

        /** One about which there is no question. */
        static Row unjudged(String name, String first, String second) {
            return new Row(name, first, second, "", "", "");
        }
    }

    /** @return the report's path */
    static Path write(Path folder, TwoWaysResult result) throws IOException {
        List<Chart> multipliers = charts(result, true);
        List<Chart> losses = charts(result, false);
        List<Chart> all = new ArrayList<>(multipliers);
        all.addAll(losses);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("r", result);
        data.put("rows", rows(result));
        data.put("multiplierCharts", multipliers);
        data.put("lossCharts", losses);
        data.put("mark", mark(result.verdict()));
        data.put("markStyle", style(result.verdict()));
        data.put("verdict", verdict(result));
        data.put("cost", cost(result));
        data.put("note", note(result));
        return HtmlPage.write(folder, result, "/io/saddle/lab/experiment/two-ways.html", all, data);
    }

    /** The result for a terminal. */
    static String table(TwoWaysResult result) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(ROW, "", result.ways().first(), result.ways().second(), "difference"));
        for (Row row : rows(result)) {
            table.append(String.format(ROW, row.name(), row.first(), row.second(), row.relative()));
        }
        table.append(String.format("%n  %s%n  %s%n  %s%n", verdict(result), note(result), cost(result)));
        return table.toString();
    }

    private static List<Row> rows(TwoWaysResult result) {
        List<Row> rows = new ArrayList<>();
        result.multipliers().forEach(difference -> rows.add(row("multiplier of ", difference, true)));
        result.losses().forEach(difference -> rows.add(row("loss of ", difference, false)));
        TwoWaysResult.Cost cost = result.cost();
        rows.add(Row.unjudged("images in a step", number(cost.firstRows()), number(cost.secondRows())));
        rows.add(Row.unjudged("ms per primal step", number(cost.firstMillis()), number(cost.secondMillis())));
        rows.add(Row.unjudged("waiting for multipliers", percent(cost.firstWaiting()), percent(cost.secondWaiting())));
        return rows;
    }

    private static Row row(String kind, TwoWaysResult.Difference difference, boolean judged) {
        return new Row(
                kind + difference.of(),
                number(difference.first()),
                number(difference.second()),
                relative(difference.relative()),
                judged ? mark(difference.verdict()) : "",
                style(difference.verdict()));
    }

    private static String relative(Interval relative) {
        String mean = String.format(Locale.ROOT, "%+.1f", 100 * relative.value());
        return relative.low() == null
                ? mean + " %"
                : mean + String.format(Locale.ROOT, " ± %.1f %%", 50 * (relative.high() - relative.low()));
    }

    private static String mark(TwoWaysResult.Verdict verdict) {
        return switch (verdict) {
            case SAME -> "✓";
            case DIFFERENT -> "✗";
            case OPEN -> "?";
        };
    }

    private static String style(TwoWaysResult.Verdict verdict) {
        return switch (verdict) {
            case SAME -> "kept";
            case DIFFERENT -> "broken";
            case OPEN -> "soft";
        };
    }

    private static String verdict(TwoWaysResult result) {
        if (result.seeds().size() < 2) {
            return "One seed says nothing about whether both ways reach the same multipliers: --seeds 2 or more does.";
        }
        String criterion = String.format(
                Locale.ROOT,
                " (differences within %.0f %% of a multiplier count as none).",
                100 * TwoWaysComparison.TOLERANCE);
        return switch (result.verdict()) {
                    case SAME -> "Both ways reached the same multipliers";
                    case DIFFERENT -> "The two ways did NOT reach the same multipliers";
                    case OPEN -> "The seeds do not show whether both ways reach the same multipliers: more --seeds may";
                }
                + criterion;
    }

    private static String note(TwoWaysResult result) {
        int seeds = result.seeds().size();
        return seeds < 2
                ? "Difference: of the mean of both ways."
                : "Difference: seed by seed, of the mean of both ways; the mean over the " + seeds
                        + " seeds and half of its 95 % interval by Student's t.";
    }

    private static String cost(TwoWaysResult result) {
        return String.format(
                Locale.ROOT,
                "A step of %s took %.2f times as long as one of %s; waiting for multipliers took %s and %s of the time.",
                result.ways().second(),
                result.cost().ratio(),
                result.ways().first(),
                percent(result.cost().secondWaiting()),
                percent(result.cost().firstWaiting()));
    }

    /** One chart for each constraint's multiplier, or for each source's loss. */
    private static List<Chart> charts(TwoWaysResult result, boolean multipliers) {
        Map<String, List<Line>> lines = new LinkedHashMap<>();
        List<Long> steps = List.of();
        for (TwoWaysResult.Run run : result.runs()) {
            Curve curve =
                    multipliers ? run.curves().multipliers() : run.curves().losses();
            boolean first = run.way().equals(result.ways().first());
            steps = curve.steps();
            curve.series()
                    .forEach((name, values) -> lines.computeIfAbsent(name, of -> new ArrayList<>())
                            .add(new Line(run.way() + ", seed " + run.seed(), first, run.seed(), values)));
        }
        List<Long> common = steps;
        String kind = multipliers ? "multiplier" : "loss";
        return lines.entrySet().stream()
                .map(entry -> new Chart(kind + "-" + entry.getKey(), entry.getKey(), common, entry.getValue()))
                .toList();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String number(double value) {
        return String.format(
                Locale.ROOT, Math.abs(value) < 0.1 ? "%.4f" : Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
    }
}
