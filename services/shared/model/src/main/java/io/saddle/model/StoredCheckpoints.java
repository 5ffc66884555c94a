package io.saddle.model;

import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checkpoints of a run that an artifact store has: what a trainer goes on from. The primal trainer alone writes them. */
public final class StoredCheckpoints {

    /** What the names of all of them begin with. */
    public static final String GROUP = "checkpoints/";

    /** The file of each that has weights, moments and average. */
    public static final String STATE = "state.safetensors";

    /** The file of each that says what else a trainer goes on from, in JSON. */
    public static final String MANIFEST = "manifest.json";

    private static final Pattern NAME = Pattern.compile(GROUP + "step-([0-9]{10,18})(?:-owner-([0-9]{12,18}))?");

    private final ArtifactStore store;
    private final String runId;
    private final List<MatchResult> all;

    /** Those that are there now. */
    public StoredCheckpoints(ArtifactStore store, String runId) throws IOException {
        this.store = store;
        this.runId = runId;
        this.all = store.list(runId, GROUP).stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult)
                .toList();
    }

    /** Primal steps, the fewest first. */
    public List<Long> steps() {
        return all.stream().map(StoredCheckpoints::step).distinct().sorted().toList();
    }

    /** The file of the one of so many primal steps, that of the last owner where several trainers have made one. */
    public Optional<Artifact> at(long step) throws IOException {
        Optional<MatchResult> newest = all.stream()
                .filter(name -> step(name) == step)
                .max(Comparator.comparingLong(name -> name.group(2) == null ? 0 : Long.parseLong(name.group(2))));
        return newest.isEmpty()
                ? Optional.empty()
                : store.find(runId, newest.get().group(), STATE);
    }

    private static long step(MatchResult name) {
        return Long.parseLong(name.group(1));
    }
}
