package io.saddle.cli.data;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The making of a data set, one of each name at a time, in a folder that outlives a kill. */
final class DataSetWork {

    /** What makes it. */
    @FunctionalInterface
    interface Making {
        Version in(Path work) throws IOException;
    }

    private final LocalSettings settings;
    private final String name;

    DataSetWork(LocalSettings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    /** @throws CommandException if another one of this name is being made */
    Version run(Making making) throws IOException {
        Path work = settings.home().data("imports").resolve(name);
        Files.createDirectories(work.getParent());
        try (FileChannel channel = FileChannel.open(
                        work.resolveSibling(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "another import or encoding of '" + name + "' is going on: wait for it, or take another name");
            }
            return making.in(work);
        }
    }
}
