package io.saddle.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A condition on the columns of a data set. As JSON: keys are columns, all of which must agree; a value must be equal, of a list one;
 * {@code {atLeast: 18, below: 60}} compares numbers; a list of conditions asks for one of them.
 */
public sealed interface Where {

    /** All of these. */
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

    /** What is wrong with a condition, and where it stands. */
    record Problem(String path, String message) {}

    /** Every image. */
    Where EVERY = new All(List.of());

    /**
     * Reads a condition.
     *
     * @param path of it, for messages
     * @param problems gets what is wrong
     */
    static Where parse(String path, JsonNode json, List<Problem> problems) {
        if (json == null || json.isNull() || json.isMissingNode()) {
            return EVERY;
        }
        if (json.isArray()) {
            List<Where> any = new ArrayList<>();
            for (int i = 0; i < json.size(); i++) {
                any.add(parse(path + "[" + i + "]", json.get(i), problems));
            }
            if (any.isEmpty()) {
                problems.add(new Problem(path, "an empty list asks for nothing"));
            }
            return new Any(any);
        }
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
        return new Values(path, column, values);
    }

    private static Where range(String path, String column, JsonNode wanted, List<Problem> problems) {
        for (Map.Entry<String, JsonNode> key : wanted.properties()) {
            if (!List.of("atLeast", "below").contains(key.getKey())) {
                problems.add(new Problem(path + "." + key.getKey(), "is not known; a range has atLeast and below"));
            } else if (!key.getValue().isNumber()) {
                problems.add(new Problem(path + "." + key.getKey(), "must be a number"));
            }
        }
        return new Range(path, column, number(wanted.get("atLeast")), number(wanted.get("below")));
    }

    private static Double number(JsonNode node) {
        return node != null && node.isNumber() ? node.asDouble() : null;
    }

    /** What is wrong with it for a data set: columns that it does not have, values that no image has. */
    default List<Problem> problems(DataSetManifest data) {
        List<Problem> problems = new ArrayList<>();
        collect(this, data, problems);
        return problems;
    }

    private static void collect(Where where, DataSetManifest data, List<Problem> problems) {
        if (where instanceof All all) {
            all.of().forEach(each -> collect(each, data, problems));
        } else if (where instanceof Any any) {
            any.of().forEach(each -> collect(each, data, problems));
        } else if (where instanceof Values values) {
            data.column(values.column())
                    .ifPresentOrElse(
                            column -> unknownValues(values, column, problems),
                            () -> problems.add(unknown(values.path(), values.column(), data)));
        } else if (where instanceof Range range) {
            data.column(range.column())
                    .ifPresentOrElse(
                            column -> {
                                if (!column.isNumeric()) {
                                    problems.add(new Problem(
                                            range.path(), "has names, not numbers: it has no atLeast and below"));
                                }
                            },
                            () -> problems.add(unknown(range.path(), range.column(), data)));
        }
    }

    private static void unknownValues(Values wanted, Column column, List<Problem> problems) {
        if (column.kind() == Column.Kind.MEASURES) {
            problems.add(new Problem(wanted.path(), "has measures: ask with {atLeast: , below: }"));
            return;
        }
        for (String value : wanted.values()) {
            if (position(column, value) < 0) {
                problems.add(new Problem(
                        wanted.path(),
                        "no image has '" + value + "'; there is "
                                + Names.few(column.values().stream()
                                        .map(Column.Value::value)
                                        .toList())));
            }
        }
    }

    private static Problem unknown(String path, String column, DataSetManifest data) {
        List<String> names = data.columns().stream().map(Column::name).toList();
        return new Problem(
                path,
                "data set " + data.name() + " has no column '" + column + "'"
                        + (names.isEmpty() ? "; it has none" : "; it has " + Names.few(names)));
    }

    /** The place of a value among those that are listed, -1 if it is not: flags read true, +1 and 1 alike. */
    private static int position(Column column, String value) {
        String wanted = column.kind() == Column.Kind.FLAGS ? Flags.canonical(value) : value;
        for (int i = 0; i < column.values().size(); i++) {
            if (column.values().get(i).value().equals(wanted)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The test of each image.
     *
     * @throws IllegalArgumentException if {@link #problems} are there
     */
    default IntPredicate on(DataSetFolder data) throws IOException {
        List<Problem> problems = problems(data.manifest());
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw new IllegalArgumentException(first.path() + " " + first.message());
        }
        return test(this, data);
    }

    private static IntPredicate test(Where where, DataSetFolder data) throws IOException {
        if (where instanceof All all) {
            IntPredicate test = image -> true;
            for (Where each : all.of()) {
                test = test.and(test(each, data));
            }
            return test;
        }
        if (where instanceof Any any) {
            IntPredicate test = image -> false;
            for (Where each : any.of()) {
                test = test.or(test(each, data));
            }
            return test;
        }
        if (where instanceof Values values) {
            Column column = data.manifest().column(values.column()).orElseThrow();
            BitSet wanted = new BitSet();
            values.values().forEach(value -> wanted.set(position(column, value)));
            IntBuffer of = data.values(column);
            return image -> of.get(image) >= 0 && wanted.get(of.get(image));
        }
        Range range = (Range) where;
        double atLeast = range.atLeast() == null ? Double.NEGATIVE_INFINITY : range.atLeast();
        double below = range.below() == null ? Double.POSITIVE_INFINITY : range.below();
        Column column = data.manifest().column(range.column()).orElseThrow();
        if (column.kind() == Column.Kind.MEASURES) {
            DoubleBuffer of = data.measures(column);
            return image -> of.get(image) >= atLeast && of.get(image) < below;
        }
        double[] numbers = column.values().stream()
                .mapToDouble(value -> Double.parseDouble(value.value().toLowerCase(Locale.ROOT)))
                .toArray();
        IntBuffer of = data.values(column);
        return image -> of.get(image) >= 0 && numbers[of.get(image)] >= atLeast && numbers[of.get(image)] < below;
    }
}
