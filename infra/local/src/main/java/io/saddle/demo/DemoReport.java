package io.saddle.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.TemplateLocator.TemplateLocation;
import io.quarkus.qute.ValueResolvers;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it. */
final class DemoReport {

    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** One class in the picture of frequencies; widths in percent of the largest share shown. */
    public record Bar(int label, boolean rare, double without, double with, String withoutText, String withText) {}

    /** One line of the table. */
    public record Line(String name, String without, String with) {}

    private final Path folder;

    DemoReport(Path folder) {
        this.folder = folder;
    }

    /** @return the report's path */
    Path write(DemoResult result, byte[] gridWithout, byte[] gridWith) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("result.json"), JSON.writeValueAsString(result));
        Files.write(folder.resolve("unconstrained.png"), gridWithout);
        Files.write(folder.resolve("constrained.png"), gridWith);
        Path report = folder.resolve("report.html");
        Files.writeString(report, render(result, gridWithout, gridWith));
        return report;
    }

    private static String render(DemoResult result, byte[] gridWithout, byte[] gridWith) throws IOException {
        Engine engine = Engine.builder()
                .addDefaults()
                .addValueResolver(new ReflectionValueResolver())
                .addValueResolver(ValueResolvers.rawResolver())
                .addResultMapper(new HtmlEscaper(List.of("text/html")))
                .addLocator(DemoReport::template)
                .build();
        return engine.getTemplate("report.html")
                .data("r", result)
                .data("bars", bars(result))
                .data("lines", lines(result))
                .data("gridWithout", Base64.getEncoder().encodeToString(gridWithout))
                .data("gridWith", Base64.getEncoder().encodeToString(gridWith))
                .data(
                        "evenPercent",
                        100.0 / result.constrained().score().classFrequencies().size() / scale(result))
                .data("balanced", DemoEvaluation.percent(result.balancedShare()))
                .data(
                        "minorityWithout",
                        DemoEvaluation.percent(result.unconstrained().minorityShare()))
                .data(
                        "minorityWith",
                        DemoEvaluation.percent(result.constrained().minorityShare()))
                .data(
                        "accuracy",
                        DemoEvaluation.percent(result.constrained().score().featureExtractorAccuracy()))
                .data("chartScript", resource(CHARTS + "uPlot.iife.min.js"))
                .data("chartStyle", resource(CHARTS + "uPlot.min.css"))
                .data("curves", curves(result))
                .render();
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
                "FID",
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
        lines.add(new Line("ms per primal step", number(without.millisPerStep()), number(with.millisPerStep())));
        return lines;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /** For a script element: '<' is escaped so that no text of a run can end it. */
    private static String curves(DemoResult result) throws JsonProcessingException {
        return JSON.writeValueAsString(Map.of(
                        "without",
                        result.unconstrained().curves(),
                        "with",
                        result.constrained().curves()))
                .replace("<", "\\u003c");
    }

    private static Optional<TemplateLocation> template(String name) {
        return Optional.of(new TemplateLocation() {
            @Override
            public Reader read() {
                return new StringReader(resource("/io/saddle/demo/" + name));
            }

            @Override
            public Optional<Variant> getVariant() {
                return Optional.of(Variant.forContentType("text/html"));
            }
        });
    }

    private static String resource(String name) {
        try (InputStream in = DemoReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
