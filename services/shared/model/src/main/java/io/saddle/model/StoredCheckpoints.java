package io.saddle.model;

import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The checkpoints of a run that an artifact store has: what a trainer goes on from. The primal trainer alone writes them. */
public final class StoredCheckpoints {

    /** What the names of all of them begin with. */
    public static final String GROUP = "checkpoints/";

    /** The file of each that has weights, moments and average. */
    public static final String STATE = "state.safetensors";

    /** The file of each that says what else a trainer goes on from, in JSON. */
    public static final String MANIFEST = "manifest.json";

    private final ArtifactStore store;
    private final String runId;
    private final List<StepFolder> all;

    /** Those that are there now. */
    public StoredCheckpoints(ArtifactStore store, String runId) throws IOException {
        this.store = store;
        this.runId = runId;
        this.all = store.list(runId, GROUP).stream()
                .map(StepFolder::of)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Primal steps, the fewest first. */
    public List<Long> steps() {
        return all.stream().map(StepFolder::step).distinct().sorted().toList();
    }

    /** The file of the one of so many primal steps, that of the last owner where several trainers have made one. */
    public Optional<Artifact> at(long step) throws IOException {
        Optional<StepFolder> newest =
                all.stream().filter(folder -> folder.step() == step).max(Comparator.naturalOrder());
        return newest.isEmpty()
                ? Optional.empty()
                : store.find(runId, newest.get().in(GROUP), STATE);
    }
}
