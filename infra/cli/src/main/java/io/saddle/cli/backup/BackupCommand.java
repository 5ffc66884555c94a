package io.saddle.cli.backup;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Version;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies a cluster's topics and artifacts into a folder. */
@Command(
        name = "backup",
        description = {
            "Copies every topic with its dead letters, the schemas, the groups' positions and the artifact store into a new"
                    + " folder. Everything may run on meanwhile. A store in a bucket is not copied: the bucket's own versioning"
                    + " or replication keeps it."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle backup backups/monday",
            "  ./saddle backup backups/monday --bootstrap kafka:9092 --registry http://registry:8081 --artifacts file:/mnt/artifacts"
        })
public final class BackupCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "Where to; it must not exist yet, or be empty.")
    private Path folder;

    @Mixin
    private ArchiveOptions options;

    @Override
    public Integer call() {
        Backup.make(
                options.reachable().connection(),
                options.artifactsRoot(),
                folder,
                Version.current(),
                options.progress());
        options.progress().accept("backup in " + folder.toAbsolutePath().normalize());
        return ExitCode.OK;
    }
}
