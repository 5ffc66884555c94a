package io.saddle.cli.backup;

import io.saddle.kafka.KafkaSettings;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts a backup into an empty cluster. */
@Command(
        name = "restore",
        description = {
            "Puts a backup into a cluster whose topics are set up and empty, before any service runs on it; runs that were"
                    + " training go on from their checkpoints once the services start. Refused, with nothing written, where"
                    + " there are records, services' state of topics that are no more, or the same runs or any data sets already."
        },
        footer = {
            "  ./saddle up --only broker,registry --home new",
            "  ./saddle restore backups/monday --home new",
            "  ./saddle up --home new"
        })
public final class RestoreCommand extends ArchiveCommand {

    @Parameters(paramLabel = "FOLDER", description = "What './saddle backup' made.")
    private Path folder;

    @Override
    void requireFolder() {
        Manifest.read(folder);
    }

    /** It is made where it is not there. */
    @Override
    void requireStore(URI artifactsRoot) {
        if (Manifest.read(folder).artifacts() && !StoreRoot.isOfFiles(artifactsRoot)) {
            throw new InvalidFolderException("the backup has artifacts, which are put into a folder, not into "
                    + artifactsRoot + ": name one by --artifacts file:/absolute/folder, and copy it into the bucket");
        }
    }

    @Override
    void run(KafkaSettings kafka, URI artifactsRoot) {
        Backup.requireApart(folder, artifactsRoot);
        Restore.run(kafka, artifactsRoot, folder, this::say);
    }
}
