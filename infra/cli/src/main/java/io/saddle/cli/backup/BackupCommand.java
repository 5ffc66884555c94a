package io.saddle.cli.backup;

import io.saddle.cli.terminal.Version;
import io.saddle.kafka.KafkaSettings;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Copies a cluster's topics and artifacts into a folder. */
@Command(
        name = "backup",
        description = {
            "Copies every topic with its dead letters, the schemas, the groups' positions and the artifact store into a new"
                    + " folder. Everything may run on meanwhile. A store in a bucket is not copied: the bucket's own versioning"
                    + " or replication keeps it."
        },
        footer = {
            "  ./saddle backup backups/monday",
            "  ./saddle backup backups/monday --bootstrap kafka:9092 --registry http://registry:8081 --artifacts file:/mnt/artifacts"
        })
public final class BackupCommand extends ArchiveCommand {

    @Parameters(paramLabel = "FOLDER", description = "Where to; it must not exist yet, or be empty.")
    private Path folder;

    @Override
    void requireFolder() {
        Backup.requireNew(folder);
    }

    @Override
    void requireStore(URI artifactsRoot) {
        Backup.requireStore(artifactsRoot);
    }

    @Override
    void run(KafkaSettings kafka, URI artifactsRoot) {
        Backup.make(kafka, artifactsRoot, folder, Version.current(), this::say);
        say("backup in " + folder.toAbsolutePath().normalize());
    }
}
