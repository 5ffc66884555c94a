package io.saddle.primaltrainer;

import io.saddle.binding.PretrainedModels;
import io.saddle.binding.RunModel;
import io.saddle.binding.SelectedData;
import io.saddle.diffusion.training.Source;
import io.saddle.kafka.RunTables;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.saddle.spec.ConstraintKinds;
import io.saddle.spec.DataSelections;
import io.saddle.spec.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The constraints in force for the next step, and the sources that they make. */
final class RunConstraints implements AutoCloseable {

    /** Name of the objective among the sources. */
    static final String OBJECTIVE = "objective";

    private final RunSpec spec;
    private final String runId;
    private final RunTables tables;
    private final SelectedData data;
    private final RunModel model;
    private final PretrainedModels teachers = new PretrainedModels();
    private List<ConstraintDefinition> active = List.of();

    RunConstraints(RunSpec spec, RunModel model, String runId, RunTables tables, SelectedData data) {
        this.spec = spec;
        this.model = model;
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

    /** By constraint the version in force. */
    Map<String, Integer> versions() {
        return active.stream()
                .collect(Collectors.toMap(ConstraintDefinition::getConstraintId, ConstraintDefinition::getVersion));
    }

    /** Whether a constraint is measured on snapshots, by somebody else. */
    boolean needSnapshots() {
        return active.stream().anyMatch(c -> !isMeasuredHere(c));
    }

    /** Whether the trainer measures it, from the losses that it computes anyway. */
    static boolean isMeasuredHere(ConstraintDefinition definition) {
        return definition.getEvaluator().equals(ConstraintKinds.MINIBATCH_LOSS);
    }

    /**
     * The objective's data first, then what each active constraint is trained on, by id: a teacher's word on pure noise for a
     * distillation, else its data.
     *
     * @throws IOException if a data file or a teacher cannot be read
     * @throws IllegalArgumentException if a selection does not fit its data; the message names the constraint
     */
    List<Source> sources() throws IOException {
        List<Source> sources = new ArrayList<>();
        sources.add(images(OBJECTIVE, DataSelections.toAvro(spec.data())));
        for (ConstraintDefinition definition : active) {
            String id = definition.getConstraintId();
            sources.add(isDistillation(definition) ? taught(id, definition) : images(id, definition.getData()));
        }
        return sources;
    }

    private static boolean isDistillation(ConstraintDefinition definition) {
        return ConstraintKinds.of(definition).equals(ConstraintKinds.DISTILLATION);
    }

    private Source taught(String id, ConstraintDefinition definition) throws IOException {
        if (definition.getModel() == null) {
            throw new IllegalArgumentException("constraint '" + id + "' is a distillation without a model");
        }
        return Source.distillation(id, teachers.predictor(definition.getModel(), model));
    }

    private Source images(String id, DataSelection selection) throws IOException {
        if (selection == null) {
            throw new IllegalArgumentException("constraint '" + id + "' has no data to train on");
        }
        try {
            return new Source(id, data.open(selection));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("data of '" + id + "': " + e.getMessage(), e);
        }
    }

    /** The teachers; nothing trains on them any more. */
    @Override
    public void close() {
        teachers.close();
    }
}
