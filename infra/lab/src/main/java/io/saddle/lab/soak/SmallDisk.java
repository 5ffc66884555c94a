package io.saddle.lab.soak;

import io.saddle.artifact.DurableFiles;
import io.saddle.lab.system.Commands;
import io.saddle.stack.AtCutOff;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A disk of a few megabytes in place of a folder, which can be filled; what the folder held is on it. */
public final class SmallDisk implements AutoCloseable {

    private static final String BALLAST = "ballast";
    private static final byte[] BLOCK = new byte[4096];

    private final Path folder;
    private final AtCutOff cutOff;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.cutOff = AtCutOff.run("small-disk-end", this::unmount);
    }

    /** True if this user may mount one. */
    public static boolean isPossible() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("saddle-disk");
        try (SmallDisk disk = mount(folder.resolve("probe"), 1)) {
            return true;
        } catch (NotHereException e) {
            return false;
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    /**
     * Nobody may use the folder meanwhile.
     *
     * @throws NotHereException if this user may not mount
     * @throws IOException if the disk cannot hold what the folder has; that is as it was
     */
    static SmallDisk mount(Path folder, int mebibytes) throws NotHereException, IOException, InterruptedException {
        Path before = folder.resolveSibling(folder.getFileName() + ".before");
        Files.createDirectories(folder);
        Files.move(folder, before);
        Files.createDirectories(folder);
        try {
            Commands.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
        } catch (IOException e) {
            Files.delete(folder);
            Files.move(before, folder);
            throw new NotHereException("a small disk cannot be mounted, which takes root on Linux: " + e.getMessage());
        }
        SmallDisk disk = new SmallDisk(folder);
        try {
            Commands.run("cp", "-a", before + "/.", folder.toString());
        } catch (IOException e) {
            disk.close();
            Files.delete(folder);
            Files.move(before, folder);
            throw e;
        }
        DurableFiles.deleteTree(before);
        return disk;
    }

    /** Leaves not one byte free; can be called again while others write. */
    void fill() throws IOException {
        Path ballast = folder.resolve(BALLAST);
        try (OutputStream out = Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(BLOCK);
            }
        } catch (IOException full) {
            if (Files.getFileStore(folder).getUsableSpace() > BLOCK.length) {
                throw full;
            }
        }
    }

    /** Takes back what {@link #fill} wrote. */
    void free() throws IOException {
        Files.deleteIfExists(folder.resolve(BALLAST));
    }

    /** The folder is empty afterwards. */
    @Override
    public void close() {
        unmount();
        cutOff.close();
    }

    private void unmount() {
        try {
            Commands.run("umount", "-l", folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " stays mounted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
