package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.pipeline.spec.PipelineSpec.Retries;
import io.saddle.pipeline.spec.PipelineSpec.Step;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The steps of a definition that cannot be read, by what they need and their kind alone. */
final class DefinitionOutline {

    /** What a step has beside what it does. */
    private static final Set<String> BESIDE = Set.of("description", "needs", "when", "matrix", "retries", "timeout");

    private DefinitionOutline() {}

    /** @param steps names of the steps of an execution, whether they stand in the definition or not */
    static PipelineSpec of(JsonNode definition, Collection<String> steps) {
        JsonNode written = definition.path("steps");
        return new PipelineSpec(
                definition.path("name").asText(),
                "",
                null,
                steps.stream().map(step -> step(step, written.path(step))).toList());
    }

    private static Step step(String name, JsonNode json) {
        String what = what(json);
        return new Step(
                name,
                DefinitionReading.names(json.path("needs")),
                List.of(),
                List.of(),
                new Retries(0, Duration.ZERO),
                null,
                what.equals(DefinitionReading.TASK) ? json.at("/task/kind").asText() : what);
    }

    /** Of a step of a later release the key that this one does not know; empty where there is none. */
    private static String what(JsonNode json) {
        return DefinitionReading.WHAT.stream()
                .filter(json::has)
                .findFirst()
                .or(() -> json.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(key -> !BESIDE.contains(key))
                        .findFirst())
                .orElse("");
    }
}
