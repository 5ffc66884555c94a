package io.saddle.model.training;

import io.saddle.diffusion.training.Source;
import io.saddle.model.DiffusersModels;
import io.saddle.model.PretrainedModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The data that a run trains on: the objective's, and what its constraints name. Holds their teachers open. */
public final class TrainedSources implements AutoCloseable {

    /** Name of the objective among the sources. */
    public static final String OBJECTIVE = "objective";

    private final RunSpec spec;
    private final RunModel model;
    private final SelectedData data;
    /** All of them are trained with at once. */
    private final PretrainedModels teachers;

    public TrainedSources(RunSpec spec, RunModel model, SelectedData data, DiffusersModels models) {
        this.spec = spec;
        this.model = model;
        this.data = data;
        teachers = new PretrainedModels(models, Integer.MAX_VALUE);
    }

    /**
     * The objective's data first, then what each of the constraints is trained on: a teacher's word on pure noise for a
     * distillation, else its data.
     *
     * @throws IOException if a data file or a teacher cannot be read
     * @throws UnfitRunException if a selection does not fit its data; the message names the constraint
     */
    public List<Source> of(List<ConstraintDefinition> trained) throws IOException {
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
     * @throws IOException as {@link #of}
     */
    public Source source(ConstraintDefinition definition) throws IOException {
        String id = definition.getConstraintId();
        return isDistillation(definition) ? taught(id, definition) : images(id, definition.getData());
    }

    /** The objective's data. */
    public Source objective() throws IOException {
        return images(OBJECTIVE, DataSelections.toAvro(spec.data()));
    }

    private static boolean isDistillation(ConstraintDefinition definition) {
        return ConstraintKinds.of(definition).equals(ConstraintKinds.DISTILLATION);
    }

    private Source taught(String id, ConstraintDefinition definition) throws IOException {
        if (definition.getModel() == null) {
            throw new UnfitRunException("constraint '" + id + "' is a distillation without a model");
        }
        return UnfitRunException.unlessRefused(
                () -> Source.distillation(id, teachers.predictor(definition.getModel(), model)));
    }

    private Source images(String id, DataSelection selection) throws IOException {
        if (selection == null) {
            throw new UnfitRunException("constraint '" + id + "' has no data to train on");
        }
        RunSpec.Augment augment = spec.data().augment();
        return UnfitRunException.unlessRefused(() -> {
            try {
                return new Source(id, data.open(selection))
                        .withHorizontalFlip(augment == null ? 0 : augment.horizontalFlip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("data of '" + id + "': " + e.getMessage(), e);
            }
        });
    }

    /** The teachers; nothing trains on them any more. */
    @Override
    public void close() {
        teachers.close();
    }
}
