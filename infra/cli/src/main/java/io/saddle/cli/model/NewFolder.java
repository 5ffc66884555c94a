package io.saddle.cli.model;

import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for what a command makes, which is not there before it is whole. Until then it is a hidden one beside it with the process in its
 * name: nobody has one of that name, and two commands are not in each other's way.
 */
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
        Path whole = target.toAbsolutePath().normalize();
        String mark = "." + whole.getFileName() + ".partial-" + host() + "-";
        Path partial = whole.resolveSibling(mark + ProcessHandle.current().pid());
        try {
            createDurably(whole.getParent());
            removeLeftovers(whole.getParent(), mark);
            Files.createDirectories(partial);
        } catch (IOException e) {
            throw CommandException.of(e, option + ": " + target + " cannot be made: " + e);
        }
        return new NewFolder(target, partial);
    }

    private static void createDurably(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            createDurably(folder.getParent());
            Files.createDirectories(folder);
            DurableFiles.sync(folder.getParent());
        }
    }

    /** Those of processes of this machine that were cut off, and are no more. */
    private static void removeLeftovers(Path folder, String mark) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> files = Files.list(folder)) {
            leftovers = files.filter(file -> file.getFileName().toString().startsWith(mark))
                    .filter(file -> isOver(file.getFileName().toString().substring(mark.length())))
                    .toList();
        }
        for (Path leftover : leftovers) {
            DurableFiles.deleteTree(leftover);
        }
    }

    private static boolean isOver(String pid) {
        return pid.matches("[0-9]{1,18}")
                && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
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

    /** Makes it appear, whole, also for whoever comes after a power cut. */
    void finish() throws IOException {
        DurableFiles.syncTree(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(partial.getParent());
    }

    @Override
    public void close() throws IOException {
        DurableFiles.deleteTree(partial);
    }
}
