package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The places of a specification that name data. */
public final class DataPlaces {

    /** The run's own, which the others inherit from. */
    public static final String RUN = "data";

    private static final String OF_CONSTRAINT = ".data";
    private static final String MEASURED = ".evaluationData";

    /** What they are called in the run, in a constraint and in the evaluation. */
    static final List<String> KEYS = List.of(RUN, "evaluationData", "reference");

    private DataPlaces() {}

    /** The place that one inherits from: what is measured on from its constraint's data, every other from the run's; null of the run's own. */
    static String parent(String path) {
        if (path.endsWith(MEASURED)) {
            return path.substring(0, path.length() - MEASURED.length()) + OF_CONSTRAINT;
        }
        return path.equals(RUN) ? null : RUN;
    }

    /**
     * The parts that name data.
     *
     * @param spec as it is written, or changes of one, which may name constraints by their ids; what is of a wrong type is left out
     * @return by path, such as {@code constraints[0].data}, the run's first
     */
    public static Map<String, ObjectNode> of(JsonNode spec) {
        Map<String, ObjectNode> places = new LinkedHashMap<>();
        put(places, RUN, spec.path("data"));
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; constraints.isArray() && i < constraints.size(); i++) {
            constraint(places, "constraints[" + i + "]", constraints.get(i));
        }
        constraints
                .properties()
                .forEach(named -> constraint(places, "constraints." + named.getKey(), named.getValue()));
        put(places, "evaluation.reference", spec.at("/evaluation/reference"));
        return places;
    }

    private static void constraint(Map<String, ObjectNode> places, String path, JsonNode constraint) {
        put(places, path + OF_CONSTRAINT, constraint.path("data"));
        put(places, path + MEASURED, constraint.path("evaluationData"));
    }

    private static void put(Map<String, ObjectNode> places, String path, JsonNode node) {
        if (node instanceof ObjectNode data) {
            places.put(path, data);
        }
    }
}
