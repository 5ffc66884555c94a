package io.saddle.run.spec;

import static io.saddle.run.spec.DerivedValues.CLASS;
import static io.saddle.run.spec.DerivedValues.DATASET;
import static io.saddle.run.spec.DerivedValues.IMAGES;
import static io.saddle.run.spec.DerivedValues.LABELS;
import static io.saddle.run.spec.DerivedValues.LATENT_MEANS;
import static io.saddle.run.spec.DerivedValues.WHERE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What the data of constraints and of the reference have taken over from the run's, which stands written out in the specification of a
 * run that was submitted. Taken out again, it is taken over anew, and follows a change of the run's data.
 */
final class InheritedData {

    private static final List<String> OTHERS = List.of("seed", LATENT_MEANS);

    private InheritedData() {}

    /**
     * Takes it out, and of the run's own data what a change puts something else in the place of.
     *
     * @param spec of a run that was submitted, changed in place
     * @param changes of the run's {@code data}
     */
    static void takeOut(ObjectNode spec, ObjectNode changes) {
        Map<String, ObjectNode> places = DataPlaces.of(spec);
        ObjectNode run = places.remove(DataPlaces.RUN);
        if (run == null) {
            return;
        }
        ObjectNode known = run.deepCopy();
        places.values().forEach(data -> clear(data, known));
        boolean other = changes.has(DATASET) || changes.has(IMAGES);
        if (other && !changes.has(LABELS) && !changes.has(CLASS)) {
            nameClass(run);
        }
        if (changes.has(DATASET)) {
            run.remove(List.of(IMAGES, LABELS));
        }
    }

    /** Evaluation data inherit from their constraint's, which inherit from the run's: what is the run's is so in both. */
    private static void clear(ObjectNode data, ObjectNode from) {
        if (data.path(IMAGES).equals(from.path(IMAGES))) {
            if (data.path(LABELS).equals(from.path(LABELS))) {
                data.remove(LABELS);
            } else {
                nameClass(data);
            }
            data.remove(IMAGES);
        }
        OTHERS.stream().filter(key -> data.path(key).equals(from.path(key))).forEach(data::remove);
        if (from.get(WHERE) instanceof ObjectNode inherited) {
            List<ObjectNode> alternatives = DerivedValues.alternatives(data);
            alternatives.forEach(own ->
                    own.properties().removeIf(column -> column.getValue().equals(inherited.get(column.getKey()))));
            if (alternatives.stream().anyMatch(ObjectNode::isEmpty)) {
                data.remove(WHERE);
            }
        } else if (data.path(WHERE).equals(from.path(WHERE))) {
            data.remove(WHERE);
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
