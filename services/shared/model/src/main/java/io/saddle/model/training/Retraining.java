package io.saddle.model.training;

import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.SlotMerge;
import io.saddle.diffusion.training.SlotState;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.StoredCheckpoints;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Steps of a run that are done again, from a checkpoint on, to see whether they come to what the run came to. */
public final class Retraining {

    private final RunSpec spec;
    private final RunModel model;
    private final Precision precision;
    private final int threads;
    private final SelectedData data;
    private final DiffusersModels models;

    /**
     * What a step was made of beside the state before it.
     *
     * @param trained the constraints, in the order of the sources
     * @param lambda one multiplier for each
     */
    public record Step(List<ConstraintDefinition> trained, Multipliers lambda) {}

    /**
     * What the steps came to.
     *
     * @param state sha256 of the checkpoint that would be kept of it
     * @param slots sha256 of what each slot would leave, in order; empty for a run without slots
     */
    public record Outcome(String state, List<String> slots) {}

    /** @param threads that shared each step of the run: another number sums in another order */
    public Retraining(RunSpec spec, Precision precision, int threads, SelectedData data, DiffusersModels models) {
        this.spec = spec;
        this.model = RunModel.of(spec);
        this.precision = precision;
        this.threads = threads;
        this.data = data;
        this.models = models;
    }

    /**
     * Does steps again, in every slot of the run.
     *
     * @param from left open
     * @param steps one after the other; of a run with slots those of one round
     * @throws IOException if data cannot be read here, or there is no room for temporary files
     * @throws IllegalStateException if a step is not finite, which none of the run was
     */
    public Outcome of(ModelState from, List<Step> steps) throws IOException {
        int slots = spec.training().slotCount();
        Path folder = Files.createTempDirectory("saddle-retraining");
        Path file = folder.resolve(StoredCheckpoints.STATE);
        try (RunSteps training = new RunSteps(spec, model, precision, threads, data, models, from)) {
            if (slots == 1) {
                return new Outcome(alone(training, from, steps, file), List.of());
            }
            return merged(training, from, steps, slots, file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static String alone(RunSteps training, ModelState from, List<Step> steps, Path file) throws IOException {
        train(training, from, 0, steps);
        try (ModelState ended = training.view()) {
            StateFiles.write(file, ended);
        }
        return Sha256.of(file);
    }

    private Outcome merged(RunSteps training, ModelState from, List<Step> steps, int slots, Path file)
            throws IOException {
        List<String> hashes = new ArrayList<>();
        try (SlotMerge merge = new SlotMerge(from.weights().size())) {
            for (int slot = 0; slot < slots; slot++) {
                // As whoever does a slot: it has no average of its own.
                SlotState base = new SlotState(from.weights(), from.adamMean(), from.adamVariance());
                train(training, RunSteps.withoutAverage(base, from.step(), from.stepsBefore()), slot, steps);
                try (ModelState ended = training.view()) {
                    SlotState state = new SlotState(ended.weights(), ended.adamMean(), ended.adamVariance());
                    StateFiles.write(file, state);
                    merge.add(state);
                }
                hashes.add(Sha256.of(file));
            }
            TrainingSettings settings = model.trainingSettings(spec, precision, threads);
            try (ModelState merged = merge.merged(from, steps.size(), settings.averaging())) {
                StateFiles.write(file, merged);
            }
        }
        return new Outcome(Sha256.of(file), hashes);
    }

    private static void train(RunSteps training, ModelState from, int slot, List<Step> steps) throws IOException {
        training.restore(from, slot);
        for (Step step : steps) {
            training.trainOn(step.trained());
            if (!training.step(step.lambda()).finite()) {
                throw new IllegalStateException("a step of slot " + slot + " after " + from.step() + " is not finite");
            }
        }
    }
}
