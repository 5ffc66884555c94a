package io.saddle.cli;

import io.saddle.backup.Restore;
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

/** Puts a backup into an empty cluster. */
@Command(
        name = "restore",
        description = {
            "Puts a backup into a cluster whose topics are set up and empty, before any service runs on it; runs that were"
                    + " training go on from their checkpoints once the services start. Refused, with nothing written, where"
                    + " there are records or the same runs already."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  ./saddle up --only broker,registry --home new",
            "  ./saddle restore backups/monday --home new",
            "  ./saddle up --home new"
        })
final class RestoreCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "What './saddle backup' made.")
    private Path folder;

    @Option(
            names = "--artifacts",
            paramLabel = "URI",
            description = "Root of the new artifact store (default: the local stack's).")
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
        Restore.run(kafka.connection(), root, folder, line -> {
            out.println(line);
            out.flush();
        });
        return ExitCode.OK;
    }
}
