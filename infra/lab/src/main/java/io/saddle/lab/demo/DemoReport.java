package io.saddle.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it. */
final class DemoReport {

    /** One class in the picture of frequencies; widths in percent of the largest share shown. */
    public record Bar(int label, boolean rare, double without, double with, String withoutText, String withText) {}

    /** One line of the table. */
    public record Line(String name, String without, String with) {}

    /** @return the report's path */
    static Path write(Path folder, DemoResult result, byte[] gridWithout, byte[] gridWith) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("unconstrained.png"), gridWithout);
        Files.write(folder.resolve("constrained.png"), gridWith);
        DemoResult.Run with = result.constrained();
        Map<String, Object> data = new HashMap<>();
        data.put("r", result);
        data.put("bars", bars(result));
        data.put("lines", lines(result));
        data.put("left", rareImages(result));
        data.put("reference", with.score().referenceText());
        data.put("caveats", result.caveats());
        data.put("gridWithout", Base64.getEncoder().encodeToString(gridWithout));
        data.put("gridWith", Base64.getEncoder().encodeToString(gridWith));
        data.put("evenPercent", 100.0 / with.score().classFrequencies().size() / scale(result));
        data.put("balanced", DemoEvaluation.percent(result.balancedShare()));
        data.put(
                "minorityWithout", DemoEvaluation.percent(result.unconstrained().minorityShare()));
        data.put("minorityWith", DemoEvaluation.percent(with.minorityShare()));
        data.put("accuracy", DemoEvaluation.percent(with.score().featureExtractorAccuracy()));
        Map<String, Curves> curves = Map.of("without", result.unconstrained().curves(), "with", with.curves());
        return HtmlPage.write(folder, result, "/io/saddle/lab/demo/report.html", curves, data);
    }

    private static List<Bar> bars(DemoResult result) {
        Map<Integer, Double> without = result.unconstrained().score().classFrequencies();
        Map<Integer, Double> with = result.constrained().score().classFrequencies();
        return with.keySet().stream()
                .map(label -> new Bar(
                        label,
                        result.minorities().contains(label),
                        100 * without.getOrDefault(label, 0.0) / scale(result),
                        100 * with.get(label) / scale(result),
                        DemoEvaluation.percent(without.getOrDefault(label, 0.0)),
                        DemoEvaluation.percent(with.get(label))))
                .toList();
    }

    /** Images of each rare digit in the objective's data: one number where all have as many. */
    private static String rareImages(DemoResult result) {
        JsonNode classes = result.unconstrained().spec().at("/data/classes");
        return result.minorities().stream()
                .map(digit -> classes.path(String.valueOf(digit)).path("count").asText())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static double scale(DemoResult result) {
        double largest = 0.2;
        for (DemoResult.Run run : List.of(result.unconstrained(), result.constrained())) {
            for (double share : run.score().classFrequencies().values()) {
                largest = Math.max(largest, share);
            }
        }
        return largest;
    }

    private static List<Line> lines(DemoResult result) {
        DemoResult.Run without = result.unconstrained();
        DemoResult.Run with = result.constrained();
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(
                "Minority share of the samples",
                DemoEvaluation.percent(without.minorityShare()),
                DemoEvaluation.percent(with.minorityShare())));
        lines.add(new Line(
                "Minority share of the objective's data",
                DemoEvaluation.percent(without.dataMinorityShare()),
                DemoEvaluation.percent(with.dataMinorityShare())));
        lines.add(new Line(
                "Distance to uniform (total variation)",
                number(without.score().distanceToUniform()),
                number(with.score().distanceToUniform())));
        lines.add(new Line(
                "Frechet distance",
                number(without.score().fid()) + " (N = " + without.score().images() + ")",
                number(with.score().fid()) + " (N = " + with.score().images() + ")"));
        lines.add(new Line(
                "Mixture weight of the objective", number(without.objectiveWeight()), number(with.objectiveWeight())));
        for (DemoResult.Multiplier multiplier : with.multipliers()) {
            lines.add(new Line(
                    "Multiplier of " + multiplier.constraint() + " (mixture weight)",
                    "–",
                    number(multiplier.value()) + " (" + number(multiplier.mixtureWeight()) + ")"));
        }
        lines.add(new Line("Precision of the training", without.precision(), with.precision()));
        lines.add(new Line("ms per primal step", number(without.millisPerStep()), number(with.millisPerStep())));
        return lines;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
