package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.pipeline.spec.PipelineSpec.Instance;
import io.saddle.run.spec.Changes;
import io.saddle.run.spec.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The instances of a step: one for each combination of its matrix's keys, the last key's values following each other. */
final class Matrix {

    static final String REFERENCES = "matrix.";

    /** More would not fit into a record of where an execution stands, with the other steps. */
    private static final int MOST = 256;

    private static final Pattern IN_NAMES = Pattern.compile("[A-Za-z0-9._-]{1,40}");

    private final String place;
    private final List<Problem> problems;
    private final Changes.Way way;

    /** Part of a combination. */
    private record Partial(String name, Map<String, JsonNode> values, ObjectNode parameters) {}

    /**
     * @param place of the step
     * @param problems takes what is wrong
     * @param way in which named changes change the parameters
     */
    Matrix(String place, List<Problem> problems, Changes.Way way) {
        this.place = place;
        this.problems = problems;
        this.way = way;
    }

    /**
     * The combinations.
     *
     * @param step its name
     * @param matrix null if it has none
     * @param parameters before the matrix changes them
     * @param whole makes of what the matrix may change what the task is told
     */
    List<Instance> instances(String step, JsonNode matrix, ObjectNode parameters, UnaryOperator<ObjectNode> whole) {
        List<Partial> all = List.of(new Partial(step, Map.of(), parameters));
        if (matrix != null) {
            for (Map.Entry<String, JsonNode> dimension : matrix.properties()) {
                // Before they are made: a small definition can ask for millions.
                if ((long) all.size() * dimension.getValue().size() > MOST) {
                    problems.add(new Problem(place + ".matrix", "has more than " + MOST + " combinations"));
                    return List.of();
                }
                all = crossed(all, dimension.getKey(), dimension.getValue());
            }
        }
        Set<String> names = new HashSet<>();
        all.stream()
                .map(Partial::name)
                .filter(name -> !names.add(name))
                .distinct()
                .forEach(name -> problems.add(new Problem(place + ".matrix", "two combinations are called " + name)));
        return all.stream().map(partial -> instance(partial, whole)).toList();
    }

    private List<Partial> crossed(List<Partial> before, String key, JsonNode values) {
        String at = place + ".matrix." + key;
        if (values.isEmpty()) {
            problems.add(new Problem(at, "has no values"));
        }
        if (!IN_NAMES.matcher(key).matches()) {
            problems.add(
                    new Problem(at, "must be letters, digits, '.', '_' and '-', as it stands in the names of runs"));
        }
        List<Partial> crossed = new ArrayList<>();
        for (Partial partial : before) {
            if (values.isArray()) {
                for (int i = 0; i < values.size(); i++) {
                    crossed.add(valued(partial, key, values.get(i), i));
                }
            } else {
                values.properties()
                        .forEach(named -> crossed.add(changed(partial, at, named.getKey(), named.getValue())));
            }
        }
        return crossed;
    }

    private static Partial valued(Partial partial, String key, JsonNode value, int position) {
        String text = value.asText();
        String shown = IN_NAMES.matcher(text).matches() ? text : Integer.toString(position + 1);
        Map<String, JsonNode> values = new HashMap<>(partial.values());
        values.put(key, value);
        return new Partial(partial.name() + "." + key + "-" + shown, values, partial.parameters());
    }

    private Partial changed(Partial partial, String at, String name, JsonNode changes) {
        if (!IN_NAMES.matcher(name).matches()) {
            problems.add(new Problem(
                    at + "." + name, "must be letters, digits, '.', '_' and '-', as it stands in the names of runs"));
        }
        ObjectNode parameters = partial.parameters();
        if (changes instanceof ObjectNode wanted) {
            List<Problem> found = new ArrayList<>();
            parameters = way.apply(parameters, wanted, at + "." + name, found);
            found.stream().filter(problem -> !problems.contains(problem)).forEach(problems::add);
        } else {
            problems.add(new Problem(at + "." + name, "must be changes, as keys and values"));
        }
        return new Partial(partial.name() + "." + name, partial.values(), parameters);
    }

    private static Instance instance(Partial partial, UnaryOperator<ObjectNode> whole) {
        JsonNode resolved = References.resolve(
                whole.apply(partial.parameters()),
                reference -> reference.startsWith(REFERENCES)
                        ? Optional.ofNullable(partial.values().get(reference.substring(REFERENCES.length())))
                        : Optional.empty());
        return new Instance(partial.name(), (ObjectNode) resolved);
    }
}
