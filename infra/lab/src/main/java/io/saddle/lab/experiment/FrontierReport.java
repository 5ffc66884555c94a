package io.saddle.lab.experiment;

import io.saddle.lab.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it. */
final class FrontierReport {

    private static final String ROW = "  %12s %16s %20s %18s %12s %16s %18s%n";

    /** One line of the table, all as text. */
    public record Row(
            String value,
            String constraintLoss,
            String bound,
            String objectiveLoss,
            String multiplier,
            String fid,
            String slope) {}

    /** @return the report's path */
    static Path write(Path folder, FrontierResult result) throws IOException {
        List<FrontierResult.Point> points = result.points();
        Map<String, List<Double>> curves = Map.of(
                "x", figures(points, point -> point.constraintLoss().loss()),
                "objective", figures(points, point -> point.objectiveLoss().loss()),
                "multiplier", figures(points, point -> point.last().multiplier()),
                "fid", figures(points, FrontierResult.Point::fid));
        Map<String, Object> data = Map.of(
                "r", result, "rows", rows(result), "images", points.get(0).images());
        return HtmlPage.write(folder, result, "/io/saddle/lab/experiment/frontier.html", curves, data);
    }

    private static List<Double> figures(
            List<FrontierResult.Point> points, Function<FrontierResult.Point, Double> figure) {
        return points.stream().map(figure).toList();
    }

    /** The result for a terminal. */
    static String table(FrontierResult result) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                ROW,
                result.swept(),
                "constraint loss",
                "dual steps' / bound",
                "objective loss",
                "multiplier",
                "Frechet distance",
                "slope to next"));
        for (Row row : rows(result)) {
            table.append(String.format(
                    ROW,
                    row.value(),
                    row.constraintLoss(),
                    row.bound(),
                    row.objectiveLoss(),
                    row.multiplier(),
                    row.fid(),
                    row.slope()));
        }
        table.append(String.format(
                "%n  Slope: objective loss gained for one unit more of constraint loss, and its standard error; at the optimum it"
                        + " lies between the two multipliers.%n  Losses are the finished models' (EMA); what dual steps saw is of"
                        + " the current weights, mean over the last tenth.%n"));
        return table.toString();
    }

    private static List<Row> rows(FrontierResult result) {
        List<FrontierResult.Slope> slopes = result.slopes();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < result.points().size(); i++) {
            FrontierResult.Point point = result.points().get(i);
            rows.add(new Row(
                    number(point.value()),
                    number(point.constraintLoss().loss()),
                    number(point.last().loss()) + " / " + number(point.last().bound()),
                    String.format(
                            Locale.ROOT,
                            "%.4f ± %.4f",
                            point.objectiveLoss().loss(),
                            point.objectiveLoss().standardError()),
                    number(point.last().multiplier()),
                    String.format(Locale.ROOT, "%.1f", point.fid()),
                    i < slopes.size() ? slope(slopes.get(i)) : ""));
        }
        return rows;
    }

    private static String slope(FrontierResult.Slope slope) {
        return String.format(Locale.ROOT, "%.3g ± %.2g", slope.slope(), slope.standardError());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
