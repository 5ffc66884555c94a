package io.saddle.run.spec;

import static io.saddle.run.spec.DerivedValues.CLASS;
import static io.saddle.run.spec.DerivedValues.DATASET;
import static io.saddle.run.spec.DerivedValues.IMAGES;
import static io.saddle.run.spec.DerivedValues.LABELS;
import static io.saddle.run.spec.DerivedValues.LATENT_MEANS;
import static io.saddle.run.spec.DerivedValues.SHA256;
import static io.saddle.run.spec.DerivedValues.WHERE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the data of constraints and of the reference have taken over from the run's, which stands written out in the specification of a
 * run that was submitted. Taken out again, it is taken over anew, and follows a change of the run's data.
 */
final class InheritedData {

    private static final String SEED = "seed";
    private static final String CONSTRAINTS = "constraints";

    private InheritedData() {}

    /**
     * Takes it out, and of all data what a change puts something else in the place of.
     *
     * @param spec of a run that was submitted, changed in place
     * @param changes of it, as {@link Changes} takes them
     */
    static void takeOut(ObjectNode spec, ObjectNode changes) {
        Map<String, ObjectNode> places = DataPlaces.of(spec);
        Map<String, ObjectNode> known = new LinkedHashMap<>();
        places.forEach((path, data) -> known.put(path, data.deepCopy()));
        places.forEach((path, data) -> {
            String parent = DataPlaces.parent(path);
            if (known.containsKey(parent)) {
                clear(data, known.get(parent));
            }
        });
        replace(spec, changes);
        JsonNode constraints = changes.path(CONSTRAINTS);
        for (JsonNode constraint : spec.path(CONSTRAINTS)) {
            replace(constraint, constraints.path(Changes.EVERY));
            replace(constraint, constraints.path(constraint.path("id").asText()));
        }
        replace(spec.path("evaluation"), changes.path("evaluation"));
    }

    /** Another address stands for what is derived of the one that is known. */
    private static void replace(JsonNode parent, JsonNode changes) {
        for (String key : DataPlaces.KEYS) {
            if (parent.get(key) instanceof ObjectNode data && changes.get(key) instanceof ObjectNode change) {
                boolean set = change.has(DATASET);
                if (set || change.has(IMAGES) || change.has(LABELS)) {
                    data.remove(SHA256);
                }
                if ((set || change.has(IMAGES)) && !change.has(LABELS) && !change.has(CLASS)) {
                    nameClass(data);
                    if (data.path(LABELS).equals(data.path(IMAGES))) {
                        data.remove(LABELS);
                    }
                }
                if (set) {
                    data.remove(List.of(IMAGES, LABELS));
                }
            }
        }
    }

    /** @param from what the data inherit from, as it was submitted */
    private static void clear(ObjectNode data, ObjectNode from) {
        boolean same = data.path(IMAGES).equals(from.path(IMAGES));
        if (same) {
            if (data.path(LABELS).equals(from.path(LABELS))) {
                data.remove(LABELS);
                remove(data, SHA256, from);
            } else {
                nameClass(data);
            }
            data.remove(IMAGES);
            // Those of another data set are its own, though they may be called the same.
            remove(data, LATENT_MEANS, from);
            clearWhere(data, from);
        }
        remove(data, SEED, from);
    }

    private static void remove(ObjectNode data, String key, ObjectNode from) {
        if (data.path(key).equals(from.path(key))) {
            data.remove(key);
        }
    }

    private static void clearWhere(ObjectNode data, ObjectNode from) {
        if (data.path(WHERE).equals(from.path(WHERE))) {
            data.remove(WHERE);
            return;
        }
        List<ObjectNode> inherited = DerivedValues.alternatives(from);
        List<ObjectNode> own = DerivedValues.ownAlternatives(DerivedValues.alternatives(data), inherited);
        if (own.isEmpty()) {
            return;
        }
        if (own.stream().allMatch(ObjectNode::isEmpty)) {
            data.remove(WHERE);
        } else if (own.size() == 1 && (inherited.size() > 1 || data.get(WHERE).isObject())) {
            data.set(WHERE, own.get(0));
        } else {
            data.putArray(WHERE).addAll(own);
        }
    }

    /** The column of another data set or version is called the same. */
    private static void nameClass(ObjectNode data) {
        String column = DataSetVersions.column(data.path(LABELS).asText());
        if (!column.isEmpty()) {
            data.put(CLASS, column.substring(DataSetVersions.COLUMN.length()));
            data.remove(LABELS);
        }
    }
}
