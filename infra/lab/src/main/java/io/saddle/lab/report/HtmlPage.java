package io.saddle.lab.report;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateInstance;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A page in one file that needs no network. Its template gets the shared look as {@code style}, the charts' code as
 * {@code charts}, both to be written with {@code .raw}, and {@code curves}, the JSON that the charts' code reads.
 */
public final class HtmlPage {

    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String SHARED = "/io/saddle/lab/report/";

    private HtmlPage() {}

    /**
     * @param template a resource, with its path
     * @param curves what the page draws, as objects that become JSON
     * @param data what else the template names
     */
    public static String render(String template, Object curves, Map<String, ?> data) throws IOException {
        Engine engine = Engine.builder()
                .addDefaults()
                .addValueResolver(new ReflectionValueResolver())
                .addValueResolver(ValueResolvers.rawResolver())
                .addResultMapper(new HtmlEscaper(List.of("text/html")))
                .addLocator(HtmlPage::locate)
                .build();
        Template parsed = engine.getTemplate(template);
        TemplateInstance page = parsed.instance()
                .data("style", resource(CHARTS + "uPlot.min.css") + resource(SHARED + "style.css"))
                .data("charts", resource(CHARTS + "uPlot.iife.min.js") + "\n" + resource(SHARED + "charts.js"))
                .data("curves", ResultJson.forScript(curves));
        data.forEach(page::data);
        return page.render();
    }

    /**
     * Writes a report: the page as {@code report.html}, and what it shows as {@code result.json} beside it.
     *
     * @param folder made if it is not there
     * @return the page's path
     */
    public static Path write(Path folder, Object result, String template, Object curves, Map<String, ?> data)
            throws IOException {
        Files.createDirectories(folder);
        ResultJson.MAPPER.writeValue(folder.resolve("result.json").toFile(), result);
        return Files.writeString(folder.resolve("report.html"), render(template, curves, data));
    }

    private static Optional<TemplateLocation> locate(String name) {
        return Optional.of(new TemplateLocation() {
            @Override
            public Reader read() {
                return new StringReader(resource(name));
            }

            @Override
            public Optional<Variant> getVariant() {
                return Optional.of(Variant.forContentType("text/html"));
            }
        });
    }

    private static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
