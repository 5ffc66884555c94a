package io.saddle.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Helm chart, as Helm itself reads it. */
final class Chart {

    /** The oldest that README.md names. */
    private static final String KUBERNETES = "1.30.0";

    private static final YAMLMapper YAML = new YAMLMapper();

    private Chart() {}

    static Path folder() {
        return Kustomize.folder().resolve("helm/saddle");
    }

    /** Why nothing can be rendered here; empty if it can. */
    static Optional<String> missing() {
        try {
            Helm.version().call();
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("the Helm chart was not tested: Helm's library does not load on this machine: " + e);
        }
    }

    static LintResult lint() {
        return new Helm(folder()).lint().strict().call();
    }

    /**
     * What the chart makes of these values.
     *
     * @param file beside its own, in its folder; null: none
     * @param values by path, on top
     * @throws IllegalStateException with what Helm has against them
     */
    static List<JsonNode> render(String file, Map<String, Object> values) {
        return render("saddle", file, values);
    }

    /** The same as a release in a namespace. */
    static List<JsonNode> render(String namespace, String file, Map<String, Object> values) {
        TemplateCommand template = new Helm(folder())
                .template()
                .withName("saddle")
                .withNamespace(namespace)
                .withKubeVersion(KUBERNETES);
        if (file != null) {
            template.withValuesFile(folder().resolve(file));
        }
        values.forEach(template::set);
        try {
            return YAML.readerFor(JsonNode.class).<JsonNode>readValues(template.call()).readAll().stream()
                    .filter(JsonNode::isObject)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
