package io.saddle.primaltrainer.descent;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.StepReport;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.model.training.TrainedSources;
import io.saddle.model.training.UnfitRunException;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.util.List;

/** The descent of a run without slots, step by step in this process. */
public final class LocalDescent implements Descent {

    private final TrainingSettings settings;
    private final TrainedSources sources;
    private final PrimalTraining training;
    private List<ConstraintDefinition> trained = List.of();

    /**
     * @param sources left open
     * @param initial copied, and left open
     * @throws IOException if the objective's data cannot be read
     * @throws UnfitRunException if they do not fit the run
     */
    public LocalDescent(TrainingSettings settings, TrainedSources sources, ModelState initial) throws IOException {
        this.settings = settings;
        this.sources = sources;
        training = new PrimalTraining(settings, fitting(trained), initial);
    }

    @Override
    public void trainOn(List<ConstraintDefinition> definitions) throws IOException {
        training.replaceSources(fitting(definitions));
        trained = definitions;
    }

    private List<Source> fitting(List<ConstraintDefinition> definitions) throws IOException {
        return UnfitRunException.unlessRefused(() -> {
            List<Source> fitting = sources.of(definitions);
            PrimalTraining.requireFit(settings, fitting);
            return fitting;
        });
    }

    @Override
    public List<StepReport> advance(MultiplierVector vector, long staleSteps) {
        return List.of(training.step(vector.inOrderOf(trained)));
    }

    @Override
    public boolean needsCheckpoints() {
        return false;
    }

    @Override
    public void checkpointed() {}

    @Override
    public void ended() {}

    @Override
    public long step() {
        return training.step();
    }

    @Override
    public long size() {
        return training.size();
    }

    @Override
    public Precision precision() {
        return training.precision();
    }

    @Override
    public HostVector weights() {
        return training.weights();
    }

    @Override
    public HostVector viewOfWeights() {
        return training.viewOfWeights();
    }

    @Override
    public HostVector ema() {
        return training.ema();
    }

    @Override
    public HostVector viewOfEma() {
        return training.viewOfEma();
    }

    @Override
    public ModelState capture() {
        return training.capture();
    }

    @Override
    public ModelState view() {
        return training.view();
    }

    @Override
    public boolean isFinite() {
        return training.isFinite();
    }

    @Override
    public void close() {
        training.close();
    }
}
