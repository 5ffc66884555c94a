package io.saddle.model;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.StoredSnapshots.Snapshot;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunModelAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The models of runs by address: {@code run:NAME@STEP}, {@code run:NAME@best} and {@code run:NAME@newest}, which {@code run:NAME}
 * is short for. They are the averaged weights, as snapshots in the artifact store.
 */
final class RunModels {

    private static final String PREFIX = ModelFolders.RUN;
    private static final String BEST = ModelFolders.BEST;
    private static final Pattern ADDRESS =
            Pattern.compile(PREFIX + "([A-Za-z0-9][A-Za-z0-9._-]*)(?:@(" + BEST + "|newest|[0-9]{1,18}))?");

    private final ArtifactStore store;
    private final Function<String, List<Long>> judged;

    /**
     * A model.
     *
     * @param address by the primal steps done, which stays what it is when the run goes on
     * @param folder on this machine, a {@link io.saddle.diffusion.files.DiffusersPipelineFolder}
     */
    record Found(String address, Path folder) {}

    /**
     * @param store null where there is none
     * @param judged primal steps of a run's judged models, the best first; null where nobody knows
     */
    RunModels(ArtifactStore store, Function<String, List<Long>> judged) {
        this.store = store;
        this.judged = judged;
    }

    /** Whether an address means a run's model, rather than a folder. */
    static boolean isMeant(String address) {
        return address.startsWith(PREFIX);
    }

    /** @throws IOException saying what is wrong with the address, or which models there are in its place */
    Found open(String address) throws IOException {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw new IOException(
                    "'" + address + "' names no run's model: run:NAME@best, run:NAME@newest, or run:NAME@STEP"
                            + " by the primal steps done");
        }
        if (store == null) {
            throw new IOException(address + ": models of runs cannot be opened here; submit the run to a console");
        }
        String runId = parts.group(1);
        StoredSnapshots snapshots = new StoredSnapshots(store, runId);
        Snapshot chosen = chosen(address, runId, parts.group(2), snapshots);
        return new Found(PREFIX + runId + "@" + chosen.step(), snapshots.open(chosen));
    }

    /**
     * The SHA-256 of the checkpoint that a run has of a model's step.
     *
     * @throws IOException naming those that there are, if it has none
     */
    String checkpoint(String address) throws IOException {
        RunModelAddress model = RunModelAddress.of(address).orElseThrow();
        StoredCheckpoints checkpoints = new StoredCheckpoints(store, model.run());
        return checkpoints
                .at(model.step())
                .orElseThrow(() -> new IOException("run '" + model.run() + "' has no checkpoint of step " + model.step()
                        + " any more or yet, there are those of " + checkpoints.steps()
                        + ": take a model of such a step, or leave optimizer out"))
                .getSha256();
    }

    private Snapshot chosen(String address, String runId, String which, StoredSnapshots snapshots) throws IOException {
        Snapshot newest = snapshots
                .newest()
                .orElseThrow(
                        () -> new IOException(
                                address + ": there is no model of run '" + runId
                                        + "': it has another name, was deleted, or has made none yet (the first comes after evaluation.every steps)"));
        if (which == null || which.equals("newest")) {
            return newest;
        }
        if (!which.equals(BEST)) {
            return snapshots
                    .at(Long.parseLong(which))
                    .orElseThrow(() -> new IOException(address + ": run '" + runId
                            + "' has no model of this step any more or yet; there are those of " + snapshots.steps()));
        }
        if (judged == null) {
            throw new IOException(
                    address + ": which model is the best one is known to a console; submit the run to it");
        }
        return snapshots
                .best(judged.apply(runId))
                .orElseThrow(() -> new IOException(address + ": no model of run '" + runId
                        + "' is judged yet; that happens every evaluation.every steps and at the end; " + PREFIX + runId
                        + "@newest is there"));
    }
}
