package io.saddle.lab.experiment;

import static io.saddle.lab.experiment.FinetuneResult.number;
import static io.saddle.lab.experiment.FinetuneResult.percent;
import static io.saddle.lab.experiment.FinetuneResult.signedPercent;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it. */
final class FinetuneReport {

    private static final String ROW = "  %-38s %16s %16s %16s%n";

    /** One line of the table. */
    public record Row(String name, String pretrained, String free, String held) {

        static Row of(String name, FinetuneResult result, Function<FinetuneResult.Model, String> figure) {
            return new Row(
                    name, figure.apply(result.pretrained()), figure.apply(result.free()), figure.apply(result.held()));
        }
    }

    /**
     * @param grids of samples, PNG: pre-trained, without the constraint, with it
     * @return the report's path
     */
    static Path write(Path folder, FinetuneResult result, byte[]... grids) throws IOException {
        return HtmlPage.write(
                folder,
                result,
                "/io/saddle/lab/experiment/finetune.html",
                Map.of(
                        "free", result.free().curves().losses(),
                        "held", result.held().curves().losses(),
                        "multipliers", result.held().curves().multipliers()),
                Map.of(
                        "r", result,
                        "rows", rows(result),
                        "checks", result.checks(),
                        "gridPretrained", Base64.getEncoder().encodeToString(grids[0]),
                        "gridFree", Base64.getEncoder().encodeToString(grids[1]),
                        "gridHeld", Base64.getEncoder().encodeToString(grids[2])));
    }

    /** The result for a terminal. */
    static String table(FinetuneResult result) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(ROW, "", "pre-trained", "tuned freely", "tuned and held"));
        for (Row row : rows(result)) {
            table.append(String.format(ROW, row.name(), row.pretrained(), row.free(), row.held()));
        }
        table.append(String.format("%n"));
        for (FinetuneResult.Check check : result.checks()) {
            table.append(String.format(
                    "  %s  %s: %s%n", check.held() ? "kept    " : "NOT KEPT", check.expected(), check.found()));
        }
        table.append(String.format(
                "%n  features: %s%n  reference: %s%n",
                result.held().featureExtractor(), result.held().reference()));
        return table.toString();
    }

    private static List<Row> rows(FinetuneResult result) {
        int digit = result.digit();
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("Frechet distance on all ten digits", result, model -> number(model.fid())));
        rows.add(Row.of("  generated images", result, model -> Integer.toString(model.images())));
        rows.add(Row.of("share of " + digit, result, model -> percent(result.share(model))));
        rows.add(Row.of("share of all others together", result, model -> percent(1 - result.share(model))));
        rows.add(Row.of(
                "classes with at least 2 % of the images",
                result,
                model -> Long.toString(model.classFrequencies().values().stream()
                        .filter(share -> share >= 0.02)
                        .count())));
        rows.add(Row.of("loss on the others", result, model -> estimate(model.lossOld())));
        rows.add(Row.of("  forgotten", result, model -> signedPercent(result.forgotten(model))));
        rows.add(Row.of("loss on " + digit, result, model -> estimate(model.lossNew())));
        rows.add(Row.of("distance to the pre-trained model", result, model -> number(model.distance())));
        rows.add(Row.of("  the same as dual steps saw it", result, model -> orDash(model.constraintLoss())));
        rows.add(Row.of("  allowed", result, model -> orDash(model.bound())));
        rows.add(Row.of("multiplier", result, model -> orDash(model.multiplier())));
        return rows;
    }

    private static String orDash(Double value) {
        return value == null ? "-" : number(value);
    }

    private static String estimate(LossEstimateResult loss) {
        return String.format(Locale.ROOT, "%.4f ± %.4f", loss.loss(), loss.standardError());
    }
}
