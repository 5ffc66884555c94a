package io.saddle.primaltrainer.slot;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.SlotState;
import io.saddle.diffusion.training.StepReport;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.primaltrainer.descent.TrainedSources;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.SlotConstraint;
import io.saddle.schema.SlotTask;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The primal training of a run's slots in this process, one after the other. One thread. */
final class SlotTraining implements AutoCloseable {

    private final String runId;
    private final String precision;
    private final TrainedSources sources;
    private final PrimalTraining training;
    private List<ConstraintDefinition> trained;

    /**
     * @param base what the task begins with; left open
     * @throws IOException if data or a teacher cannot be read here
     */
    SlotTraining(
            RunSpec spec,
            RunModel model,
            int threads,
            SelectedData data,
            DiffusersModels models,
            SlotTask task,
            SlotState base)
            throws IOException {
        runId = task.getRunId();
        precision = task.getPrecision();
        trained = definitions(task);
        try (Openings openings = new Openings()) {
            sources = openings.add(new TrainedSources(spec, model, data, models));
            training = openings.add(new PrimalTraining(
                    model.trainingSettings(spec, Precision.valueOf(precision.toUpperCase(Locale.ROOT)), threads),
                    sources.of(trained),
                    state(task, base)));
            openings.keep(this);
        }
    }

    /** True if the task is of the same run, in the same precision. */
    boolean fits(SlotTask task) {
        return task.getRunId().equals(runId) && task.getPrecision().equals(precision);
    }

    /**
     * Goes back to where a task begins.
     *
     * @throws IOException if data or a teacher of a new constraint cannot be read here
     */
    void begin(SlotTask task, SlotState base) throws IOException {
        List<ConstraintDefinition> definitions = definitions(task);
        if (!definitions.equals(trained)) {
            training.replaceSources(sources.of(definitions));
            trained = definitions;
        }
        training.restore(state(task, base));
        training.drawAs(task.getSlot());
    }

    StepReport step(SlotTask task) {
        return training.step(new Multipliers(task.getConstraints().stream()
                .mapToDouble(SlotConstraint::getMultiplier)
                .toArray()));
    }

    /** Where it is now; the caller closes it, before the next step. */
    ModelState state() {
        return training.view();
    }

    /** No average belongs to a slot: the weights stand in its place. The base's vectors, which are closed by whoever has them. */
    private static ModelState state(SlotTask task, SlotState base) {
        return new ModelState(
                base.weights(),
                base.adamMean(),
                base.adamVariance(),
                base.weights(),
                task.getStep(),
                task.getStepsBefore());
    }

    private static List<ConstraintDefinition> definitions(SlotTask task) {
        return task.getConstraints().stream().map(SlotConstraint::getDefinition).toList();
    }

    @Override
    public void close() {
        training.close();
        sources.close();
    }
}
