package io.saddle.cli.model;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A run's EMA snapshots in the local stack's artifact store. */
final class StoredModels {

    private static final String SNAPSHOTS = "snapshots/ema/";

    private StoredModels() {}

    /** @throws CommandException if the run has none yet */
    static Path newest(LocalSettings settings, String runId) throws IOException {
        ArtifactStore store = ArtifactStores.open(settings.artifacts());
        List<String> names = names(store, runId);
        return open(store, runId, names.get(names.size() - 1));
    }

    /**
     * The first of these that is still stored.
     *
     * @param bestFirst primal steps
     * @throws CommandException if none is
     */
    static Path best(LocalSettings settings, String runId, List<Long> bestFirst) throws IOException {
        ArtifactStore store = ArtifactStores.open(settings.artifacts());
        List<String> names = names(store, runId);
        for (long step : bestFirst) {
            String start = SNAPSHOTS + "step-%010d".formatted(step);
            Optional<String> stored =
                    names.stream().filter(name -> name.startsWith(start)).reduce((first, second) -> second);
            if (stored.isPresent()) {
                return open(store, runId, stored.get());
            }
        }
        throw new CommandException(
                ExitCode.INVALID_INPUT,
                "no model of run '" + runId
                        + "' is judged yet: that happens every evaluation.every steps and at the end;"
                        + " without --best the newest is taken");
    }

    private static List<String> names(ArtifactStore store, String runId) throws IOException {
        List<String> names = store.list(runId, SNAPSHOTS);
        if (names.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "run '" + runId + "' has no model yet: the first comes after evaluation.every steps; './saddle run"
                            + " list' shows the runs");
        }
        return names;
    }

    private static Path open(ArtifactStore store, String runId, String name) throws IOException {
        return store.open(store.find(runId, name, ArtifactStore.MODEL_WEIGHTS).orElseThrow());
    }
}
