package io.saddle.lab.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.saddle.lab.study.Study.Variant;
import io.saddle.run.spec.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A study's runs as a pipeline, for a cluster: a matrix of seeds and variants; what others start from is a step for each seed. */
final class StudyPipeline {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS));

    private final Study study;
    private final Places places;
    private final ObjectNode steps = JsonNodeFactory.instance.objectNode();

    private StudyPipeline(Study study, Places places) {
        this.study = study;
        this.places = places;
    }

    /**
     * The file of the pipeline, in YAML.
     *
     * @param chosen the variants that are wanted; what they start from comes along
     */
    static String of(Study study, Set<String> chosen, List<Long> seeds, Places places) {
        return new StudyPipeline(study, places).text(chosen, seeds);
    }

    private String text(Set<String> chosen, List<Long> seeds) {
        List<Variant> wanted = study.variants().stream()
                .filter(variant -> chosen.contains(variant.name()))
                .toList();
        Set<String> starts = wanted.stream()
                .map(Variant::start)
                .filter(start -> start != null)
                .collect(Collectors.toSet());
        List<Variant> alone = wanted.stream()
                .filter(variant -> variant.start() == null && !starts.contains(variant.name()))
                .toList();
        if (!alone.isEmpty()) {
            ObjectNode step = steps.putObject("runs");
            ObjectNode matrix = step.putObject("matrix");
            seeds.forEach(matrix.putArray("seed")::add);
            variants(matrix, alone);
            step.set("run", specification(study.base()).put("seed", "${matrix.seed}"));
        }
        for (String start : starts) {
            seeds.forEach(seed -> family(study.variant(start).orElseThrow(), wanted, seed));
        }
        ObjectNode pipeline = JsonNodeFactory.instance.objectNode();
        pipeline.put("name", study.name()).put("description", study.title());
        pipeline.set("steps", steps);
        try {
            return comments() + YAML.writeValueAsString(pipeline);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void family(Variant start, List<Variant> wanted, long seed) {
        String parent = start.name() + "-seed-" + seed;
        steps.putObject(parent)
                .set(
                        "run",
                        specification(Changes.apply(study.base(), start.set(), "", new ArrayList<>()))
                                .put("seed", seed));
        ObjectNode step = steps.putObject("from-" + parent).put("needs", parent);
        variants(
                step.putObject("matrix"),
                wanted.stream()
                        .filter(variant -> start.name().equals(variant.start()))
                        .toList());
        step.set(
                "run",
                specification(study.base()).put("seed", seed).put("initialModel", "run:${steps." + parent + ".run}"));
    }

    private void variants(ObjectNode matrix, List<Variant> variants) {
        ObjectNode changes = matrix.putObject("variant");
        variants.forEach(variant -> changes.set(variant.name(), places.resolved(variant.set())));
    }

    private ObjectNode specification(ObjectNode written) {
        return (ObjectNode) places.resolved(written.deepCopy());
    }

    private String comments() {
        StringBuilder text = new StringBuilder("# " + study.question().replace("\n", "\n# ") + "\n");
        for (Study.Preparation preparation : study.preparations()) {
            text.append("# Before it, for ").append(preparation.words()).append(":\n");
            preparation
                    .commands()
                    .forEach(words -> text.append("#   ./saddle ")
                            .append(words.stream().map(places::resolved).collect(Collectors.joining(" ")))
                            .append("\n"));
        }
        return text.toString();
    }
}
