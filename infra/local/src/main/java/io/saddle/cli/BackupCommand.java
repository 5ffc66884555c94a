package io.saddle.cli;

import io.saddle.backup.Backup;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
final class BackupCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "Where to; it must not exist yet, or be empty.")
    private Path folder;

    @Option(
            names = "--artifacts",
            paramLabel = "URI",
            description = "Root of the artifact store (default: the local stack's).")
    private URI artifacts;

    @Mixin
    private KafkaOptions kafka;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        KafkaReachability.require(kafka);
        PrintWriter out = command.commandLine().getOut();
        URI root = artifacts != null ? artifacts : kafka.settings().artifactsRoot();
        Backup.make(kafka.connection(), root, folder, Saddle.version(), line -> {
            out.println(line);
            out.flush();
        });
        out.println("backup in " + folder.toAbsolutePath().normalize());
        return ExitCode.OK;
    }
}
