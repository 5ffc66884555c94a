package io.saddle.primaltrainer;

import io.saddle.binding.SelectedData;
import io.saddle.diffusion.training.Source;
import io.saddle.kafka.RunTables;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.saddle.spec.DataSelections;
import io.saddle.spec.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The constraints in force for the next step, and the sources that they make. */
final class RunConstraints {

    /** Name of the objective among the sources. */
    static final String OBJECTIVE = "objective";

    private final RunSpec spec;
    private final String runId;
    private final RunTables tables;
    private final SelectedData data;
    private List<ConstraintDefinition> active = List.of();

    RunConstraints(RunSpec spec, String runId, RunTables tables, SelectedData data) {
        this.spec = spec;
        this.runId = runId;
        this.tables = tables;
        this.data = data;
        this.active = tables.active(runId);
    }

    /** Takes up what has changed on the topic; true if the sources did. */
    boolean refresh() {
        List<ConstraintDefinition> now = tables.active(runId);
        boolean changed = !now.equals(active);
        active = now;
        return changed;
    }

    List<ConstraintDefinition> active() {
        return active;
    }

    /** Whether a constraint is measured on snapshots, by somebody else. */
    boolean needSnapshots() {
        return active.stream().anyMatch(c -> !isMeasuredHere(c));
    }

    /** Whether the trainer measures it, from the losses that it computes anyway. */
    static boolean isMeasuredHere(ConstraintDefinition definition) {
        return definition.getEvaluator().equals("minibatch-loss");
    }

    /**
     * The objective's data first, then each active constraint's, by id.
     *
     * @throws IOException if a data file cannot be read
     * @throws IllegalArgumentException if a selection does not fit its data; the message names the constraint
     */
    List<Source> sources() throws IOException {
        List<Source> sources = new ArrayList<>();
        sources.add(open(OBJECTIVE, DataSelections.toAvro(spec.data())));
        for (ConstraintDefinition definition : active) {
            sources.add(open(definition.getConstraintId(), definition.getData()));
        }
        return sources;
    }

    private Source open(String id, DataSelection selection) throws IOException {
        if (selection == null) {
            throw new IllegalArgumentException("constraint '" + id + "' has no data to train on");
        }
        try {
            return new Source(id, data.open(selection));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("data of '" + id + "': " + e.getMessage(), e);
        }
    }
}
