package io.saddle.run.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * A run from another run's model.
 *
 * @param run the other run
 * @param model which of its models: best, newest, or the primal steps of one
 * @param keepsOptimizer whether it goes on with that run's moments, too
 * @param changes of its specification, as {@link Changes} takes them
 */
public record Fork(String run, String model, boolean keepsOptimizer, ObjectNode changes) {

    /**
     * The specification of the new run.
     *
     * @param known the other run's specification
     * @param labels those that the other run has now: they may have been changed since it was submitted
     * @param name of the new run
     * @param problems takes what cannot be applied
     */
    public ObjectNode specification(ObjectNode known, Map<String, String> labels, String name, List<Problem> problems) {
        ObjectNode now = known.deepCopy();
        // What is urgent about one run is not about the other; labels are those that the other has now.
        now.remove(List.of("labels", "priority"));
        if (!labels.isEmpty()) {
            ObjectNode written = now.putObject("labels");
            labels.forEach(written::put);
        }
        if (changes.get(DataPlaces.RUN) instanceof ObjectNode data) {
            InheritedData.takeOut(now, data);
        }
        ObjectNode changed = Changes.apply(now, changes, "", problems).put("name", name);
        ObjectNode initial = changed.putObject("initialModel").put("folder", ModelFolders.RUN + run + "@" + model);
        if (keepsOptimizer) {
            initial.put("optimizer", "keep");
        }
        return changed;
    }
}
