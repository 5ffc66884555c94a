package io.saddle.primaltrainer.checkpoint;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunModelAddress;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.KeptCheckpoint;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The beginning of a run's training: its newest intact checkpoint, else its initial model, else random weights. */
public final class RunStart {

    private RunStart() {}

    /**
     * @param models opens the initial model
     * @param onRecord the checkpoint that the run's status names; null if it names none
     * @param trouble told of each checkpoint that had to be skipped, and of the one on record where it is gone and a step before it is taken
     * @param fastest this machine's precision: taken and recorded if the specification leaves it open and no trainer chose before
     * @throws LostCheckpointException if there are no checkpoints, but one is on record
     * @throws IOException if there are checkpoints and none can be read
     * @throws IllegalArgumentException if the newest one was made with another seed, or if there is no checkpoint, and the initial model cannot be read here or has changed
     */
    public static Checkpoint of(
            RunSpec spec,
            RunModel model,
            DiffusersModels models,
            CheckpointStore checkpoints,
            KeptCheckpoint onRecord,
            CheckpointTrouble trouble,
            Supplier<Precision> fastest)
            throws IOException {
        Set<String> skipped = new HashSet<>();
        Optional<Checkpoint> newest = checkpoints.newest((name, wrong) -> {
            skipped.add(name);
            trouble.damaged(name, wrong);
        });
        if (newest.isEmpty() && onRecord != null) {
            throw new LostCheckpointException(onRecord);
        }
        Checkpoint start = newest.isPresent()
                ? newest.get()
                : Checkpoint.first(initial(spec, model, models, checkpoints), spec.seed());
        try {
            requireSameSeed(start, spec);
            if (onRecord != null && start.state().step() < onRecord.getStep() && !isOneOf(skipped, onRecord)) {
                trouble.missing(onRecord, start.state().step());
            }
            return spec.training().precision() == RunSpec.Precision.AUTO
                    ? start.in(RunModel.precision(spec, start.precision(), fastest))
                    : start;
        } catch (RuntimeException | Error e) {
            start.close();
            throw e;
        }
    }

    private static boolean isOneOf(Set<String> names, KeptCheckpoint checkpoint) {
        String uri = checkpoint.getArtifact().getUri();
        return names.stream().anyMatch(name -> uri.endsWith("/" + name));
    }

    private static void requireSameSeed(Checkpoint checkpoint, RunSpec spec) {
        if (checkpoint.random() != null && checkpoint.random().seed() != spec.seed()) {
            throw new IllegalArgumentException("seed: the run's checkpoint of step "
                    + checkpoint.state().step() + " was made with seed "
                    + checkpoint.random().seed() + ", the specification says " + spec.seed()
                    + "; another run of this name has left its files");
        }
    }

    private static ModelState initial(
            RunSpec spec, RunModel model, DiffusersModels models, CheckpointStore checkpoints) {
        if (spec.initialModel() == null) {
            return ModelState.initial(model.network(), spec.seed());
        }
        try {
            // Also where the checkpoint is taken: only what fits the network is.
            HostVector weights = models.weights(spec.initialModel(), model);
            if (spec.initialModel().checkpoint() != null) {
                weights.close();
                return kept(spec.initialModel(), checkpoints).forked();
            }
            return ModelState.startingFrom(weights);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "initialModel: " + e.getMessage() + " (the trainer reads "
                            + spec.initialModel().folder() + " on its own machine)",
                    e);
        }
    }

    private static ModelState kept(RunSpec.InitialModel initial, CheckpointStore checkpoints) throws IOException {
        RunModelAddress from = RunModelAddress.of(initial.folder()).orElseThrow();
        return checkpoints.ofRun(from.run()).stateAt(from.step(), initial.checkpoint());
    }
}
