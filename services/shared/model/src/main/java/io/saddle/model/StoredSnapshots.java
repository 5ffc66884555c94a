package io.saddle.model;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The EMA snapshots of a run that an artifact store has: the models that are judged, drawn from and exported. */
public final class StoredSnapshots {

    private static final String GROUP = "snapshots/ema/";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(GROUP) + "step-([0-9]{1,18})(-.*)?");

    private final ArtifactStore store;
    private final String runId;
    private final List<Snapshot> oldestFirst;

    /**
     * A snapshot.
     *
     * @param name in the store
     * @param step primal steps done when it was taken
     */
    public record Snapshot(String name, long step) {}

    /** Those that are there now. */
    public StoredSnapshots(ArtifactStore store, String runId) throws IOException {
        this.store = store;
        this.runId = runId;
        this.oldestFirst = store.list(runId, GROUP).stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(name -> new Snapshot(name.group(), Long.parseLong(name.group(1))))
                .toList();
    }

    /** Primal steps, the oldest first. */
    public List<Long> steps() {
        return oldestFirst.stream().map(Snapshot::step).distinct().toList();
    }

    /** The one of the most primal steps. */
    public Optional<Snapshot> newest() {
        return oldestFirst.stream().reduce((first, second) -> second);
    }

    /** The one of so many primal steps, the last where several trainers have made one. */
    public Optional<Snapshot> at(long step) {
        return oldestFirst.stream().filter(snapshot -> snapshot.step() == step).reduce((first, second) -> second);
    }

    /**
     * The first of these that is there.
     *
     * @param bestFirst primal steps of judged models
     */
    public Optional<Snapshot> best(List<Long> bestFirst) {
        return bestFirst.stream().map(this::at).flatMap(Optional::stream).findFirst();
    }

    /**
     * The folder of a snapshot on this machine, a {@link io.saddle.diffusion.files.DiffusersPipelineFolder}.
     *
     * @throws ArtifactException if it was pruned meanwhile
     */
    public Path open(Snapshot snapshot) throws IOException {
        return store.open(store.find(runId, snapshot.name(), ArtifactStore.MODEL_WEIGHTS)
                .orElseThrow(() -> ArtifactException.missing(runId + "/" + snapshot.name(), "it")));
    }
}
