package io.saddle.cli.model;

import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder for what a command makes, which is not there before it is whole. */
final class NewFolder implements AutoCloseable {

    private final Path target;
    private final Path partial;

    private NewFolder(Path target, Path partial) {
        this.target = target;
        this.partial = partial;
    }

    /**
     * One that can be written to.
     *
     * @param option that names it
     * @throws CommandException if it is there already, or cannot be made
     */
    static NewFolder at(String option, Path target) {
        requireNew(target);
        Path partial = target.toAbsolutePath().normalize().resolveSibling(target.getFileName() + ".partial");
        try {
            // What was cut off before.
            DurableFiles.deleteTree(partial);
            Files.createDirectories(partial);
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, option + ": " + target + " cannot be made: " + e);
        }
        return new NewFolder(target, partial);
    }

    /** @throws CommandException if it is there already */
    static void requireNew(Path target) {
        if (Files.exists(target)) {
            throw new CommandException(ExitCode.INVALID_INPUT, target + " exists already; name a new folder");
        }
    }

    /** The folder to write to. */
    Path partial() {
        return partial;
    }

    /** Makes it appear. */
    void finish() throws IOException {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        DurableFiles.deleteTree(partial);
    }
}
