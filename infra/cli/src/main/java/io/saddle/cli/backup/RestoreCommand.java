package io.saddle.cli.backup;

import io.saddle.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
public final class RestoreCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "What './saddle backup' made.")
    private Path folder;

    @Mixin
    private ArchiveOptions options;

    @Override
    public Integer call() {
        Restore.run(options.reachable().connection(), options.artifactsRoot(), folder, options.progress());
        return ExitCode.OK;
    }
}
