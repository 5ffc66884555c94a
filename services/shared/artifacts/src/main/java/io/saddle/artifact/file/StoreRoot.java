package io.saddle.artifact.file;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The folder of a store, which has to stay the one that it was at the start: a volume that comes off leaves another one in its place,
 * where nothing is found, and what is written there is hidden once the volume is back. It is known by its inode: a volume that is
 * mounted again may be another device.
 */
final class StoreRoot {

    private final Path path;
    /** Null where the file system has none. */
    private final Object inode;

    /** @param path absolute; created if it is missing */
    StoreRoot(Path path) throws IOException {
        this.path = path;
        Files.createDirectories(path);
        inode = inode();
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
            now = inode();
        } catch (NoSuchFileException e) {
            throw away("is gone", e);
        }
        if (inode != null && !inode.equals(now)) {
            throw away("is another one than it was when this process started", null);
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

    private Object inode() throws IOException {
        try {
            return Files.getAttribute(path, "unix:ino");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return null;
        }
    }
}
