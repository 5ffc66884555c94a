package io.saddle.cli.data;

import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Progress;
import io.saddle.dataimport.DataSetImport;
import io.saddle.dataimport.ImportOptions;
import io.saddle.dataimport.source.SourceException;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;

/** An import into the artifact store of a stack, one of each name at a time, with its progress on the terminal. */
final class DataImport {

    private final LocalSettings settings;

    DataImport(LocalSettings settings) {
        this.settings = settings;
    }

    /** @throws CommandException if the source cannot be imported, or another import of this name is going on */
    Version run(Path source, ImportOptions options) throws IOException {
        String name = options.name();
        StoredDataSets sets = new StoredDataSets(ArtifactStores.open(settings.artifacts()));
        try {
            return new DataSetWork(settings, name).run(work -> {
                try (ImportProgress progress = new ImportProgress("importing " + name)) {
                    return new DataSetImport(source, options, progress)
                            .run(work, content -> sets.put(name, content), Instant.now());
                }
            });
        } catch (SourceException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }

    /** Begins to show once the source says how much there is. */
    private static final class ImportProgress implements DataSetImport.Progress, AutoCloseable {
        private final String task;
        private Progress shown;

        ImportProgress(String task) {
            this.task = task;
        }

        @Override
        public void at(long pictures, OptionalLong total) {
            if (shown == null) {
                shown = Progress.start(task, total.orElse(0));
            }
            shown.at(pictures, "");
        }

        @Override
        public void close() {
            if (shown != null) {
                shown.close();
            }
        }
    }
}
