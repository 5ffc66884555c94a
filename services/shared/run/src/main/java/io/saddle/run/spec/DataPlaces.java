package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The places of a specification that name data. */
public final class DataPlaces {

    /** The run's own, which the others inherit from. */
    public static final String RUN = "data";

    private DataPlaces() {}

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
        put(places, path + ".data", constraint.path("data"));
        put(places, path + ".evaluationData", constraint.path("evaluationData"));
    }

    private static void put(Map<String, ObjectNode> places, String path, JsonNode node) {
        if (node instanceof ObjectNode data) {
            places.put(path, data);
        }
    }
}
