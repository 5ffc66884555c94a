package io.saddle.diffusion.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** The members of a JSON object, each of its own type. What is wrong is collected, by name; nothing is ignored. */
public final class JsonSettings {
    private final JsonNode json;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    public JsonSettings(JsonNode json) {
        this.json = json;
        if (!json.isObject()) {
            problem("must be a JSON object, was " + json.getNodeType());
        }
    }

    public List<String> problems() {
        return problems;
    }

    public void problem(String problem) {
        problems.add(problem);
    }

    public boolean isNull(String key) {
        return json.path(key).isNull();
    }

    public int integer(String key, int missing) {
        return get(key, missing, JsonSettings::isWhole, JsonNode::intValue, "a whole number");
    }

    /** A whole number or null. */
    public Integer optionalInteger(String key, Integer missing) {
        if (isNull(key)) {
            known.add(key);
            return null;
        }
        return get(key, missing, JsonSettings::isWhole, JsonNode::intValue, "a whole number or null");
    }

    /** A text or null; null if missing. */
    public String optionalString(String key) {
        if (isNull(key)) {
            known.add(key);
            return null;
        }
        return get(key, null, JsonNode::isTextual, JsonNode::textValue, "a text or null");
    }

    public double decimal(String key, double missing) {
        return get(key, missing, JsonNode::isNumber, JsonNode::doubleValue, "a number");
    }

    /** A number; null is as if it were missing. */
    public double decimalOrNull(String key, double missing) {
        known.add(key);
        return isNull(key) ? missing : decimal(key, missing);
    }

    public boolean bool(String key, boolean missing) {
        return get(key, missing, JsonNode::isBoolean, JsonNode::booleanValue, "true or false");
    }

    public List<String> strings(String key, List<String> missing) {
        return get(key, missing, list(JsonNode::isTextual), all(JsonNode::textValue), "a list of texts");
    }

    public List<Integer> integers(String key, List<Integer> missing) {
        return get(key, missing, list(JsonSettings::isWhole), all(JsonNode::intValue), "a list of whole numbers");
    }

    /** One side of square images, height and width, or null; null if missing. */
    public ImageSize imageSize(String key) {
        JsonNode value = json.path(key);
        if (value.isArray()) {
            List<Integer> sides = integers(key, List.of());
            if (sides.size() != 2) {
                problem(key + ": must be a whole number, [height, width] or null, was " + value);
                return null;
            }
            return new ImageSize(sides.get(0), sides.get(1));
        }
        Integer side = optionalInteger(key, null);
        return side == null ? null : ImageSize.square(side);
    }

    /** A setting that only has its {@code supported} values, as JSON texts; it may be missing. */
    public void fixed(String key, List<String> supported) {
        known.add(key);
        if (json.has(key) && !supported.contains(json.get(key).asText())) {
            problem(key + ": only " + String.join(" or ", supported) + " is supported, was " + json.get(key));
        }
    }

    /** Members that no one asked for, except those whose name begins with an underscore: diffusers' own notes. */
    public void refuseOthers() {
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String key = names.next();
            if (!known.contains(key) && !key.startsWith("_")) {
                problem(key + ": unknown setting");
            }
        }
    }

    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    private <T> T get(String key, T missing, Predicate<JsonNode> type, Function<JsonNode, T> value, String expected) {
        known.add(key);
        if (!json.has(key)) {
            return missing;
        }
        if (!type.test(json.get(key))) {
            problem(key + ": must be " + expected + ", was " + json.get(key));
            return missing;
        }
        return value.apply(json.get(key));
    }

    private static Predicate<JsonNode> list(Predicate<JsonNode> element) {
        return value -> value.isArray() && value.valueStream().allMatch(element);
    }

    private static <T> Function<JsonNode, List<T>> all(Function<JsonNode, T> element) {
        return value -> value.valueStream().map(element).toList();
    }
}
