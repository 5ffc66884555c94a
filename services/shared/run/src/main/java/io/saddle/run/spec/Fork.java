package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
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

    private static final String CONSTRAINTS = "constraints";

    /**
     * One of the other run's constraints as it is now.
     *
     * @param version of its definition, from 1
     * @param shadow whether it is only shown
     */
    public record Constraint(String id, int version, boolean shadow) {}

    /**
     * Constraints that are others now than the other run was submitted with, and of which the changes say nothing: the new run has them as they
     * were then, and has none that came later.
     *
     * @param submitted ids of those that the other run was submitted with
     * @return their ids
     */
    public List<String> notTaken(Collection<String> submitted, List<Constraint> now) {
        return now.stream()
                .filter(one -> !one.shadow() && !(submitted.contains(one.id()) && one.version() == 1))
                .map(Constraint::id)
                .filter(id -> !isAbout(changes.path(CONSTRAINTS), id, submitted.contains(id)))
                .toList();
    }

    private static boolean isAbout(JsonNode changes, String id, boolean submitted) {
        boolean whole = !changes.isMissingNode() && !changes.isObject();
        return whole || changes.has(id) || submitted && changes.has(Changes.EVERY);
    }

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
        // Also where no data are changed: what is inherited is inherited again when the new run is submitted.
        InheritedData.takeOut(now, changes);
        ObjectNode changed = Changes.apply(now, changes, "", problems).put("name", name);
        ObjectNode initial = changed.putObject("initialModel").put("folder", ModelFolders.RUN + run + "@" + model);
        if (keepsOptimizer) {
            initial.put("optimizer", "keep");
        }
        return changed;
    }
}
