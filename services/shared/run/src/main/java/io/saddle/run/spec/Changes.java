package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Changes of a specification: nested maps are merged, everything else replaces what was there, null takes a key away. A list whose
 * entries have an {@code id}, or that has none yet, is changed by a map from id to changes, {@value #EVERY} for every entry.
 */
public final class Changes {

    static final String EVERY = "*";
    private static final String ID = "id";

    private final List<Problem> problems = new ArrayList<>();
    private final boolean keepsNull;

    private Changes(boolean keepsNull) {
        this.keepsNull = keepsNull;
    }

    /** A way to put changes into what is there; the arguments are those of {@link #apply}. */
    @FunctionalInterface
    public interface Way {
        ObjectNode apply(ObjectNode present, ObjectNode changes, String place, List<Problem> problems);
    }

    /**
     * A changed copy.
     *
     * @param place of the changes, for what is wrong with them
     * @param problems takes what cannot be applied
     */
    public static ObjectNode apply(ObjectNode specification, ObjectNode changes, String place, List<Problem> problems) {
        return applied(specification, changes, place, problems, false);
    }

    /** Changes with others behind them, as one: a null stays, for what it takes away is not there yet. */
    public static ObjectNode join(ObjectNode changes, ObjectNode behind, String place, List<Problem> problems) {
        return applied(changes, behind, place, problems, true);
    }

    private static ObjectNode applied(
            ObjectNode present, ObjectNode changes, String place, List<Problem> problems, boolean keepsNull) {
        Changes applied = new Changes(keepsNull);
        ObjectNode copy = present.deepCopy();
        applied.merge(copy, changes, place);
        problems.addAll(applied.problems);
        return copy;
    }

    private void merge(ObjectNode target, ObjectNode changes, String place) {
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            String key = change.getKey();
            JsonNode value = change.getValue();
            JsonNode present = target.get(key);
            if (value.isNull() && !keepsNull) {
                target.remove(key);
            } else if (value instanceof ObjectNode part && present instanceof ObjectNode section) {
                merge(section, part, place + "." + key);
            } else if (value instanceof ObjectNode byId && present instanceof ArrayNode list && isById(list)) {
                mergeEntries(list, byId, place + "." + key);
            } else {
                target.set(key, value.deepCopy());
            }
        }
    }

    private static boolean isById(ArrayNode list) {
        return list.isEmpty() || StreamSupport.stream(list.spliterator(), false).anyMatch(entry -> entry.has(ID));
    }

    private void mergeEntries(ArrayNode list, ObjectNode changes, String place) {
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            String id = change.getKey();
            List<ObjectNode> entries = StreamSupport.stream(list.spliterator(), false)
                    .filter(entry ->
                            id.equals(EVERY) || id.equals(entry.path(ID).asText(null)))
                    .filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast)
                    .toList();
            if (entries.isEmpty()) {
                problems.add(new Problem(place + "." + id, "no entry has this id; there are " + ids(list)));
            } else if (change.getValue() instanceof ObjectNode part) {
                entries.forEach(entry -> merge(entry, part, place + "." + id));
            } else {
                problems.add(new Problem(place + "." + id, "must be the changes of an entry, as keys and values"));
            }
        }
    }

    private static List<String> ids(ArrayNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(entry -> entry.path(ID).asText())
                .filter(id -> !id.isEmpty())
                .toList();
    }
}
