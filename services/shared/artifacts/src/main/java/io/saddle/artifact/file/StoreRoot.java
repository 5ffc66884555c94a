package io.saddle.artifact.file;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The folder of a store, which has to stay the one that it was at the start: a volume that comes off leaves another one in its place,
 * where nothing is found, and what is written there is hidden once the volume is back. It is known by what the system calls it, and
 * where that has changed, as it may when a volume is mounted again, by a hidden file of a name that no other store has.
 */
final class StoreRoot {

    private static final String MARK = ".store.";
    private static final Pattern ANY_MARK = Pattern.compile("\\.store\\.[0-9a-f-]{36}");

    private final Path path;
    private final Optional<Path> mark;
    private volatile Object key;

    /** @param path absolute; created if it is missing */
    StoreRoot(Path path) throws IOException {
        this.path = path;
        Files.createDirectories(path);
        key = key();
        mark = mark();
    }

    /** The folder of a store that is somewhere in another folder, or that one itself. */
    static Optional<Path> within(Path folder) throws IOException {
        return DurableFiles.find(
                        folder,
                        Integer.MAX_VALUE,
                        entry ->
                                ANY_MARK.matcher(entry.getFileName().toString()).matches())
                .stream()
                .map(Path::getParent)
                .findFirst();
    }

    /** The folder, for whatever it says. */
    Path path() {
        return path;
    }

    /**
     * The folder, to be read or written now.
     *
     * @throws ArtifactException if it is gone, or another one than it was: {@link Reason#UNAVAILABLE}
     */
    Path requireSame() throws IOException {
        Object now;
        try {
            now = key();
        } catch (NoSuchFileException e) {
            throw away("is gone", e);
        } catch (IOException e) {
            throw away("cannot be looked at (" + e.getMessage() + ")", e);
        }
        if (now != null && !now.equals(key)) {
            if (mark.isEmpty() || !Files.exists(mark.get())) {
                throw away("is another one than it was when this process started", null);
            }
            key = now;
        }
        return path;
    }

    private ArtifactException away(String how, Exception cause) {
        return new ArtifactException(
                Reason.UNAVAILABLE,
                "the folder of the artifact store, " + path + ", " + how
                        + "; has its volume come off? It is used again when it is back; where another one is meant, restart what uses it",
                cause);
    }

    /** Null where the file system has none. */
    private Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** One of those that are there, or a new one; several that others have made at once are all of this store. Empty where none can be made. */
    private Optional<Path> mark() {
        try {
            Optional<Path> there = anyMark();
            return there.isPresent() ? there : Optional.of(Files.createFile(path.resolve(MARK + UUID.randomUUID())));
        } catch (IOException e) {
            // Mounted to be read alone, perhaps.
            return Optional.empty();
        }
    }

    private Optional<Path> anyMark() throws IOException {
        return DurableFiles.entries(path).stream()
                .filter(entry -> entry.getFileName().toString().startsWith(MARK))
                .findAny();
    }
}
