package io.saddle.cli.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run's specification as flat hyper-parameters: {@code training.batchSize}, {@code constraints.digit-4.threshold}. Objects in a
 * list go by their id, or else their place; a list of plain values is one value. What MLflow does not take is made to fit: names
 * as {@link MlflowNames} has it, and a long value is cut.
 */
final class SpecParams {

    /** Of every store of MLflow's the least. */
    static final int VALUE_LENGTH = 500;

    private static final String CUT = "...";

    private SpecParams() {}

    /** @return values by name, none for null */
    static Map<String, String> of(String specJson) {
        Map<String, String> params = new TreeMap<>();
        try {
            put(params, "", new ObjectMapper().readTree(specJson));
        } catch (JsonProcessingException e) {
            params.put("spec", cut(specJson));
        }
        return params;
    }

    private static void put(Map<String, String> params, String name, JsonNode value) {
        if (value.isObject() && !value.isEmpty()) {
            value.properties().forEach(field -> put(params, inside(name, field.getKey()), field.getValue()));
        } else if (value.isArray() && value.elements().hasNext() && value.get(0).isObject()) {
            for (int i = 0; i < value.size(); i++) {
                put(params, inside(name, value.get(i).path("id").asText(Integer.toString(i))), value.get(i));
            }
        } else if (!value.isNull() && !name.isEmpty()) {
            params.put(MlflowNames.fitting(name), cut(value.isValueNode() ? value.asText() : value.toString()));
        }
    }

    private static String inside(String name, String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    private static String cut(String value) {
        return value.length() <= VALUE_LENGTH ? value : value.substring(0, VALUE_LENGTH - CUT.length()) + CUT;
    }
}
