package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A condition on the columns of a data set. As JSON: keys are columns, all of which must agree; a value must be equal, of a list one;
 * {@code {atLeast: 18, below: 60}} compares numbers; a list of conditions asks for one of them.
 */
public sealed interface Where {

    /** All of these; of none, every image. */
    record All(List<Where> of) implements Where {
        public All {
            of = List.copyOf(of);
        }
    }

    /** One of these, at least. */
    record Any(List<Where> of) implements Where {
        public Any {
            of = List.copyOf(of);
        }
    }

    /**
     * One of these values.
     *
     * @param path of the key, for messages
     * @param values as they were written
     */
    record Values(String path, String column, List<String> values) implements Where {
        public Values {
            values = List.copyOf(values);
        }
    }

    /**
     * A number of this range.
     *
     * @param path of the key, for messages
     * @param atLeast null: as small as it may be
     * @param below null: as large as it may be
     */
    record Range(String path, String column, Double atLeast, Double below) implements Where {}

    /** Every image. */
    Where EVERY = new All(List.of());

    /**
     * Reads a condition.
     *
     * @param path of it, for messages
     * @param json null or missing: {@link #EVERY}
     * @param problems gets what is wrong with its form; which columns and values there are only their data set knows
     */
    static Where parse(String path, JsonNode json, List<Problem> problems) {
        if (json == null || json.isNull() || json.isMissingNode()) {
            return EVERY;
        }
        if (json.isArray()) {
            List<Where> any = new ArrayList<>();
            for (int i = 0; i < json.size(); i++) {
                any.add(alternative(path + "[" + i + "]", json.get(i), problems));
            }
            if (any.isEmpty()) {
                problems.add(new Problem(path, "an empty list asks for nothing"));
            }
            return new Any(any);
        }
        return alternative(path, json, problems);
    }

    private static Where alternative(String path, JsonNode json, List<Problem> problems) {
        if (!json.isObject()) {
            problems.add(new Problem(path, "must be columns and their values ({Male: 1}), or a list of such"));
            return EVERY;
        }
        List<Where> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> key : json.properties()) {
            all.add(column(path + "." + key.getKey(), key.getKey(), key.getValue(), problems));
        }
        return new All(all);
    }

    /** In words: "Male = 1 and age at least 18"; empty for every image. */
    default String words() {
        if (this instanceof All all) {
            return all.of().stream().map(Where::words).collect(Collectors.joining(" and "));
        }
        if (this instanceof Any any) {
            return any.of().stream().map(Where::words).collect(Collectors.joining(", or "));
        }
        if (this instanceof Values values) {
            return values.column() + " = " + String.join(" / ", values.values());
        }
        Range range = (Range) this;
        String from = range.atLeast() == null ? "" : " at least " + shown(range.atLeast());
        String to = range.below() == null ? "" : " below " + shown(range.below());
        return range.column() + from + (from.isEmpty() || to.isEmpty() ? "" : " and") + to;
    }

    private static String shown(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private static Where column(String path, String column, JsonNode wanted, List<Problem> problems) {
        if (wanted.isObject()) {
            return range(path, column, wanted, problems);
        }
        List<String> values = new ArrayList<>();
        for (JsonNode value : wanted.isArray() ? wanted : List.of(wanted)) {
            if (value.isValueNode() && !value.isNull()) {
                values.add(value.asText());
            } else {
                problems.add(new Problem(path, "must be a value, a list of values, or {atLeast: , below: }"));
            }
        }
        if (wanted.isArray() && wanted.isEmpty()) {
            problems.add(new Problem(path, "an empty list asks for nothing"));
        }
        return new Values(path, column, values);
    }

    private static Where range(String path, String column, JsonNode wanted, List<Problem> problems) {
        for (Map.Entry<String, JsonNode> key : wanted.properties()) {
            if (!Set.of("atLeast", "below").contains(key.getKey())) {
                problems.add(new Problem(path + "." + key.getKey(), "is not known; a range has atLeast and below"));
            } else if (!key.getValue().isNumber()) {
                problems.add(new Problem(path + "." + key.getKey(), "must be a number"));
            }
        }
        Double atLeast = number(wanted.get("atLeast"));
        Double below = number(wanted.get("below"));
        if (wanted.isEmpty()) {
            problems.add(new Problem(path, "names no range: {atLeast: , below: }"));
        } else if (atLeast != null && below != null && atLeast >= below) {
            problems.add(new Problem(path, "no number is at least " + atLeast + " and below " + below));
        }
        return new Range(path, column, atLeast, below);
    }

    private static Double number(JsonNode node) {
        return node != null && node.isNumber() ? node.asDouble() : null;
    }
}
