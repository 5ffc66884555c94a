package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local folder of what was read from elsewhere, {@code entries/<id>}, whole or not at all; what goes in or comes out of a
 * store is put together in {@code partial/<unique>} before. Several processes may share the folder. What was used longest ago
 * goes first, before anything comes for which there is no room.
 */
final class ArtifactCache {

    /** Who got an entry's path reads it now, not much later. */
    static final Duration IN_USE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
    private static final int ATTEMPTS = 10;

    private final Path root;
    private final Path entries;
    private final Path partial;
    private final long maxBytes;
    private final Duration inUse;
    private final Duration leftoverAge;

    /** Fills a new entry. */
    @FunctionalInterface
    interface Filling {
        void fill(Path folder) throws IOException;
    }

    private record Entry(Path folder, FileTime used, long bytes) {}

    /**
     * @param folder created if it is missing
     * @param maxBytes how much is kept of what was not used within {@code inUse}
     * @param leftoverAge when something partial counts as a crashed process's
     */
    ArtifactCache(Path folder, long maxBytes, Duration inUse, Duration leftoverAge) throws IOException {
        this.root = folder;
        this.entries = folder.resolve("entries");
        this.partial = folder.resolve("partial");
        this.maxBytes = maxBytes;
        this.inUse = inUse;
        this.leftoverAge = leftoverAge;
        got(() -> {
            create();
            return root;
        });
    }

    /** Something that is done in the folder. */
    @FunctionalInterface
    private interface Use {
        Path use() throws IOException;
    }

    /**
     * What is wrong with this machine's folder says nothing of what lies in the store: no checkpoint is damaged for it.
     *
     * @throws ArtifactException with {@link ArtifactException.Reason#UNAVAILABLE} if the folder cannot be used
     */
    private Path got(Use use) throws IOException {
        try {
            return use.use();
        } catch (FileSystemException e) {
            throw isHere(e) || DurableFiles.hasNoRoom(e) ? unusable(e) : e;
        } catch (IOException e) {
            throw DurableFiles.hasNoRoom(e) && !(e instanceof ArtifactException) ? unusable(e) : e;
        }
    }

    private boolean isHere(FileSystemException e) {
        return e.getFile() != null && Path.of(e.getFile()).startsWith(root);
    }

    /** Of the store itself, which is elsewhere, there may be plenty of room. */
    static ArtifactException unusable(IOException failure) {
        String kind = failure.getClass().getSimpleName();
        return ArtifactException.unavailable(
                "the folder of local copies (saddle.artifacts.cache.dir, on the machine that says so) cannot be used: "
                        + failure.getMessage() + " (" + kind + ")",
                failure instanceof FileSystemException ofFile ? kind + ": " + ofFile.getReason() : failure.getMessage(),
                true,
                failure);
    }

    private void create() throws IOException {
        Files.createDirectories(entries);
        Files.createDirectories(partial);
    }

    /**
     * A new private folder, to be deleted by whoever asked. What crashed processes left goes before: it may have taken the room. The
     * cache may have been wiped meanwhile.
     */
    Path stage() throws IOException {
        removeLeftovers();
        return Files.createDirectory(partial.resolve(UUID.randomUUID().toString()));
    }

    /**
     * A new private folder and what is put into it, to be deleted by whoever asked. Where the disk is full, all that is not in use goes,
     * and it is tried once more: others may lie on the same disk.
     */
    Path filled(Filling filling) throws IOException {
        return got(() -> filledInTheEnd(filling));
    }

    private Path filledInTheEnd(Filling filling) throws IOException {
        try {
            return filledAtOnce(filling);
        } catch (IOException e) {
            if (!DurableFiles.hasNoRoom(e) || !makeRoom(maxBytes)) {
                throw e;
            }
            LOG.warn("no room under {}: what is not in use was deleted", entries);
        }
        return filledAtOnce(filling);
    }

    private Path filledAtOnce(Filling filling) throws IOException {
        Path staged = stage();
        try {
            filling.fill(staged);
            return staged;
        } catch (IOException | RuntimeException | Error e) {
            DurableFiles.deleteTree(staged);
            throw e;
        }
    }

    /**
     * The folder of an entry, filled if it is not there.
     *
     * @param id unique to its content, fit for a file name
     * @param bytes how many are to come
     */
    Path entry(String id, long bytes, Filling filling) throws IOException {
        return got(() -> there(id, bytes, filling));
    }

    private Path there(String id, long bytes, Filling filling) throws IOException {
        Path entry = entries.resolve(id);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (touch(entry)) {
                return entry;
            }
            create();
            makeRoom(bytes);
            Path staged = filled(filling);
            try {
                moveUnlessThere(staged, entry);
            } finally {
                DurableFiles.deleteTree(staged);
            }
        }
        throw new IOException(
                entry + " is deleted as soon as it is made; let nobody else clear saddle.artifacts.cache.dir");
    }

    /** True if an entry is there; it may go at any time. */
    boolean has(String id) {
        return Files.isDirectory(entries.resolve(id));
    }

    /** Takes an entry out, such as one whose files are no longer what they were. */
    void discard(String id) throws IOException {
        got(() -> {
            remove(entries.resolve(id));
            return root;
        });
    }

    /** Takes out an entry, and all whose names begin with its id and a dot. Who has a file of theirs open reads on. */
    void discardAll(String id) throws IOException {
        got(() -> {
            create();
            for (Path entry : DurableFiles.entries(entries)) {
                String name = entry.getFileName().toString();
                if (name.equals(id) || name.startsWith(id + ".")) {
                    remove(entry);
                }
            }
            return root;
        });
    }

    /** Clears away what crashed processes left half done; what cannot be deleted, such as another user's, stays. */
    void removeLeftovers() throws IOException {
        got(() -> {
            removeAllLeftovers();
            return root;
        });
    }

    private void removeAllLeftovers() throws IOException {
        create();
        Instant before = Instant.now().minus(leftoverAge);
        for (Path left : DurableFiles.entries(partial)) {
            try {
                if (DurableFiles.lastModified(left).toInstant().isBefore(before)) {
                    DurableFiles.deleteTree(left);
                }
            } catch (IOException e) {
                LOG.warn("{} stays behind, for it cannot be removed: {}", left, e.toString());
            }
        }
    }

    private static boolean touch(Path entry) throws IOException {
        try {
            Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Another reader may have been quicker. */
    private static void moveUnlessThere(Path staged, Path entry) throws IOException {
        try {
            Files.move(staged, entry, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(entry)) {
                throw e;
            }
        }
    }

    /**
     * Deletes what was used longest ago, until what stays and what is to come is no more than may be kept.
     *
     * @return true if anything went
     */
    private boolean makeRoom(long coming) throws IOException {
        List<Entry> oldestFirst = new ArrayList<>();
        for (Path folder : DurableFiles.entries(entries)) {
            try {
                oldestFirst.add(new Entry(folder, Files.getLastModifiedTime(folder), size(folder)));
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        oldestFirst.sort(Comparator.comparing(Entry::used));
        long bytes = oldestFirst.stream().mapToLong(Entry::bytes).sum();
        Instant mayGo = Instant.now().minus(inUse);
        boolean went = false;
        for (Entry entry : oldestFirst) {
            if (bytes <= maxBytes - coming || entry.used().toInstant().isAfter(mayGo)) {
                break;
            }
            remove(entry.folder());
            bytes -= entry.bytes();
            went = true;
        }
        return went;
    }

    /** Moved first: nobody meets half an entry. */
    private void remove(Path entry) throws IOException {
        Path removed = partial.resolve(UUID.randomUUID().toString());
        try {
            Files.move(entry, removed, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        }
        DurableFiles.deleteTree(removed);
    }

    private static long size(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : DurableFiles.files(folder)) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
