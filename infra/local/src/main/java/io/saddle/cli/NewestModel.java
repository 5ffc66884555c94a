package io.saddle.cli;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.ArtifactStores;
import io.saddle.local.LocalSettings;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A run's newest EMA snapshot in the local stack's artifact store. */
final class NewestModel {

    private static final String SNAPSHOTS = "snapshots/ema/";

    private NewestModel() {}

    /** @throws CommandException if the run has none yet */
    static Path of(LocalSettings settings, String runId) throws IOException {
        ArtifactStore store = ArtifactStores.open(settings.artifactsRoot());
        List<String> names = store.list(runId, SNAPSHOTS);
        if (names.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "run '" + runId + "' has no model yet: the first comes after evaluation.every steps; './saddle run"
                            + " list' shows the runs");
        }
        Artifact newest = store.find(runId, names.get(names.size() - 1), ArtifactStore.MODEL_WEIGHTS)
                .orElseThrow();
        return store.open(newest);
    }
}
