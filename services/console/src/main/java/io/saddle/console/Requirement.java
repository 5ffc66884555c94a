package io.saddle.console;

import io.saddle.schema.ConstraintDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What a definition has measured, whoever measures it and however much is allowed. Pure. */
final class Requirement {

    private static final Map<String, Function<ConstraintDefinition, Object>> PARTS = parts();

    private Requirement() {}

    private static Map<String, Function<ConstraintDefinition, Object>> parts() {
        Map<String, Function<ConstraintDefinition, Object>> parts = new LinkedHashMap<>();
        parts.put("kind", ConstraintDefinition::getKind);
        parts.put("data", ConstraintDefinition::getData);
        parts.put("evaluationData", ConstraintDefinition::getEvaluationData);
        parts.put("model", ConstraintDefinition::getModel);
        parts.put("parameters", ConstraintDefinition::getParameters);
        parts.put("relativeTo", ConstraintDefinition::getThresholdKind);
        return parts;
    }

    /** The parts that are not the same in both, in the words of a specification. */
    static List<String> differences(ConstraintDefinition one, ConstraintDefinition other) {
        return PARTS.entrySet().stream()
                .filter(part -> !Objects.equals(
                        part.getValue().apply(one), part.getValue().apply(other)))
                .map(Map.Entry::getKey)
                .toList();
    }
}
