package io.saddle.lab.experiment.slot;

import io.saddle.lab.report.HtmlPage;
import io.saddle.lab.report.Versions;
import io.saddle.lab.study.Interval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it. */
final class SlotsReport {

    private static final String ROW = "  %-36s %6s %8s %8s %18s %18s %18s %18s%n";
    private static final String ALONE = "1 slot";

    private SlotsReport() {}

    /** One line of the table, all as text; what differs is against one slot with the same batch and seed. */
    public record Row(
            String name,
            int seeds,
            String steps,
            String merges,
            String loss,
            String lossDifference,
            String frechet,
            String frechetDifference) {}

    /** @return the report's path */
    static Path write(Path folder, SlotsResult result) throws IOException {
        Map<String, Object> data = Map.of(
                "r", result,
                "images", images(result),
                "judge", result.judge(),
                "rows", rows(result),
                "versions", Versions.all());
        return HtmlPage.write(folder, result, "/io/saddle/lab/experiment/slot/slots.html", curves(result), data);
    }

    /** The result for a terminal. */
    static String table(SlotsResult result) {
        StringBuilder table = new StringBuilder(String.format(
                ROW, "", "seeds", "steps", "merges", "loss", "beyond " + ALONE, "Frechet distance", "beyond " + ALONE));
        for (Row row : rows(result)) {
            table.append(String.format(
                    ROW,
                    row.name(),
                    row.seeds(),
                    row.steps(),
                    row.merges(),
                    row.loss(),
                    row.lossDifference(),
                    row.frechet(),
                    row.frechetDifference()));
        }
        return table.append(String.format(
                        Locale.ROOT,
                        "%n  After %s images; mean over seeds ± half of its 95 %% interval. Steps: of each slot.%n",
                        images(result)))
                .toString();
    }

    private static String images(SlotsResult result) {
        return String.format(Locale.ROOT, "%,d", result.images());
    }

    static List<Row> rows(SlotsResult result) {
        List<Row> rows = new ArrayList<>();
        result.byName().forEach((name, curves) -> {
            SlotCurve first = curves.get(0);
            rows.add(new Row(
                    name,
                    curves.size(),
                    Integer.toString(first.steps()),
                    first.variant().slots() == 1 ? "–" : Integer.toString(first.merges()),
                    text(mean(curves, SlotsReport::loss), "%.4f"),
                    difference(result, name, SlotsReport::loss, "%+.4f"),
                    text(mean(curves, SlotCurve.Point::frechet), "%.1f"),
                    difference(result, name, SlotCurve.Point::frechet, "%+.1f")));
        });
        return rows;
    }

    private static double loss(SlotCurve.Point point) {
        return point.loss().loss();
    }

    private static Optional<Interval> mean(List<SlotCurve> curves, ToDoubleFunction<SlotCurve.Point> figure) {
        return Interval.ofMean(
                curves.stream().map(curve -> figure.applyAsDouble(curve.last())).toList());
    }

    private static String difference(
            SlotsResult result, String name, ToDoubleFunction<SlotCurve.Point> figure, String format) {
        return name.equals(ALONE) ? "–" : text(result.difference(name, ALONE, figure), format);
    }

    private static String text(Optional<Interval> interval, String format) {
        if (interval.isEmpty()) {
            return "–";
        }
        String value = String.format(Locale.ROOT, format, interval.get().value());
        Double low = interval.get().low();
        return low == null
                ? value
                : value + " ± "
                        + String.format(
                                Locale.ROOT,
                                format.replace("+", ""),
                                interval.get().value() - low);
    }

    /** Means over seeds, over the images seen. */
    private static Map<String, Object> curves(SlotsResult result) {
        List<Long> images = result.trainings().get(0).points().stream()
                .map(SlotCurve.Point::images)
                .toList();
        Map<String, List<Double>> losses = new LinkedHashMap<>();
        Map<String, List<Double>> distances = new LinkedHashMap<>();
        result.byName().forEach((name, curves) -> {
            losses.put(name, means(curves, SlotsReport::loss));
            distances.put(name, means(curves, SlotCurve.Point::frechet));
        });
        return Map.of("images", images, "losses", losses, "distances", distances);
    }

    private static List<Double> means(List<SlotCurve> curves, ToDoubleFunction<SlotCurve.Point> figure) {
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < SlotTrial.POINTS; i++) {
            int point = i;
            means.add(curves.stream()
                    .mapToDouble(curve -> figure.applyAsDouble(curve.points().get(point)))
                    .average()
                    .orElseThrow());
        }
        return means;
    }
}
