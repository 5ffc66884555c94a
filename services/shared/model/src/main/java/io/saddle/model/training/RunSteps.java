package io.saddle.model.training;

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
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.util.List;

/** A run's primal steps, from any state of it, in any of its slots. One thread. */
public final class RunSteps implements AutoCloseable {

    private final TrainedSources sources;
    private final PrimalTraining training;
    private List<ConstraintDefinition> trained = List.of();

    /**
     * @param threads that share a step; another number sums in another order
     * @param initial copied, and left open
     * @throws IOException if data cannot be read here
     */
    public RunSteps(
            RunSpec spec,
            RunModel model,
            Precision precision,
            int threads,
            SelectedData data,
            DiffusersModels models,
            ModelState initial)
            throws IOException {
        try (Openings openings = new Openings()) {
            sources = openings.add(new TrainedSources(spec, model, data, models));
            training = openings.add(
                    new PrimalTraining(model.trainingSettings(spec, precision, threads), sources.of(trained), initial));
            openings.keep(this);
        }
    }

    /**
     * Takes up what the next steps train on beside the objective.
     *
     * @throws IOException if data or a teacher cannot be read here
     */
    public void trainOn(List<ConstraintDefinition> definitions) throws IOException {
        if (!definitions.equals(trained)) {
            training.replaceSources(sources.of(definitions));
            trained = definitions;
        }
    }

    /** Goes on from this state, which is left as it is, drawing what a slot of the run draws. */
    public void restore(ModelState state, int slot) {
        training.restore(state);
        training.drawAs(slot);
    }

    /** A state whose average counts for nothing, as that of a slot: the weights stand in its place. Its vectors are the slot's own. */
    public static ModelState withoutAverage(SlotState state, long step, long stepsBefore) {
        return new ModelState(
                state.weights(), state.adamMean(), state.adamVariance(), state.weights(), step, stepsBefore);
    }

    /** As {@link PrimalTraining#step}. */
    public StepReport step(Multipliers lambda) {
        return training.step(lambda);
    }

    /** The state now; the caller closes it, before the next step. */
    public ModelState view() {
        return training.view();
    }

    @Override
    public void close() {
        training.close();
        sources.close();
    }
}
