package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.training.Source;
import io.saddle.model.DiffusersModels;
import io.saddle.model.PretrainedModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.run.RunTables;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The constraints that are required now, those that the next step trains on, and the sources that they make. */
final class RunConstraints implements AutoCloseable {

    /** Name of the objective among the sources. */
    static final String OBJECTIVE = "objective";

    private final RunSpec spec;
    private final String runId;
    private final RunTables tables;
    private final SelectedData data;
    private final RunModel model;
    /** All of them are trained with at once. */
    private final PretrainedModels teachers;

    private List<ConstraintDefinition> active;
    private Map<String, Long> activeSince = Map.of();
    private List<ConstraintDefinition> trained = List.of();
    private Set<String> names = Set.of();
    private boolean redefined = true;

    /** @param step primal steps done */
    RunConstraints(
            RunSpec spec,
            RunModel model,
            String runId,
            RunTables tables,
            SelectedData data,
            DiffusersModels models,
            long step) {
        this.spec = spec;
        this.model = model;
        this.runId = runId;
        this.tables = tables;
        this.data = data;
        teachers = new PretrainedModels(models, Integer.MAX_VALUE);
        this.active = tables.active(runId);
        this.activeSince = since(step);
    }

    /**
     * Takes up what has changed on the topic.
     *
     * @param step primal steps done
     * @return whether active constraints came, went or changed
     */
    boolean refresh(long step) {
        List<ConstraintDefinition> now = tables.active(runId);
        if (now.equals(active)) {
            return false;
        }
        active = now;
        activeSince = since(step);
        redefined = true;
        return true;
    }

    private Map<String, Long> since(long step) {
        Map<String, Long> since = new TreeMap<>();
        for (ConstraintDefinition definition : active) {
            String id = definition.getConstraintId();
            since.put(id, activeSince.getOrDefault(id, step));
        }
        return Collections.unmodifiableMap(since);
    }

    /** The constraints in force now, by id in order. */
    List<ConstraintDefinition> active() {
        return active;
    }

    /** By active constraint the primal step since which it is known to this trainer. */
    Map<String, Long> activeSince() {
        return activeSince;
    }

    /**
     * Takes up the constraints that a vector names: what its steps train on.
     *
     * @return whether the sources are others than before
     * @throws IllegalStateException if one of them is not known here within half a minute: to train without it would be another step
     */
    boolean train(MultiplierVector vector) throws InterruptedException {
        if (!redefined && vector.multipliers().keySet().equals(names)) {
            return false;
        }
        names = vector.multipliers().keySet();
        Map<String, Integer> wanted = names.stream().collect(Collectors.toMap(id -> id, id -> 1));
        // Definitions and multipliers come on different topics.
        if (!tables.awaitVersions(runId, wanted)) {
            throw new IllegalStateException("dual step " + vector.dualStep() + " moved " + names
                    + ", not all of which are on saddle.constraints");
        }
        List<ConstraintDefinition> now = names.stream()
                .map(id -> tables.constraint(runId, id).orElseThrow())
                .toList();
        boolean changed = !now.equals(trained);
        redefined = false;
        trained = now;
        return changed;
    }

    /** The constraints that are trained on, by id in order: the sources after the objective. */
    List<ConstraintDefinition> trained() {
        return trained;
    }

    /** By constraint the version in force. */
    Map<String, Integer> versions() {
        return active.stream()
                .collect(Collectors.toMap(ConstraintDefinition::getConstraintId, ConstraintDefinition::getVersion));
    }

    /** True if a constraint is measured on snapshots, by somebody else. */
    boolean needSnapshots() {
        return active.stream().anyMatch(c -> !isMeasuredHere(c));
    }

    /** True if the trainer measures it, from the losses that it computes anyway. */
    static boolean isMeasuredHere(ConstraintDefinition definition) {
        return definition.getEvaluator().equals(ConstraintKinds.MINIBATCH_LOSS);
    }

    /**
     * The objective's data first, then what each of {@link #trained()} is trained on: a teacher's word on pure noise for a
     * distillation, else its data.
     *
     * @throws IOException if a data file or a teacher cannot be read
     * @throws IllegalArgumentException if a selection does not fit its data; the message names the constraint
     */
    List<Source> sources() throws IOException {
        List<Source> sources = new ArrayList<>();
        sources.add(objective());
        for (ConstraintDefinition definition : trained) {
            sources.add(source(definition));
        }
        return sources;
    }

    /**
     * The data and loss that a constraint is trained on.
     *
     * @throws IOException as {@link #sources()}
     */
    Source source(ConstraintDefinition definition) throws IOException {
        String id = definition.getConstraintId();
        return isDistillation(definition) ? taught(id, definition) : images(id, definition.getData());
    }

    /** The objective's data. */
    Source objective() throws IOException {
        return images(OBJECTIVE, DataSelections.toAvro(spec.data()));
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
            RunSpec.Augment augment = spec.data().augment();
            return new Source(id, data.open(selection))
                    .withHorizontalFlip(augment == null ? 0 : augment.horizontalFlip());
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
