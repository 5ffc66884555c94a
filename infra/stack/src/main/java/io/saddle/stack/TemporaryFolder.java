package io.saddle.stack;

import io.saddle.artifact.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A new folder in the system's one for temporary files, which goes with what is in it: also where this process is cut off. */
public final class TemporaryFolder implements Closeable {

    private final Path path;
    private final AtCutOff cutOff;

    private TemporaryFolder(Path path) {
        this.path = path;
        this.cutOff = AtCutOff.run("temporary-folder-end", this::deleteQuietly);
    }

    /** @param prefix of its name */
    public static TemporaryFolder create(String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(prefix));
    }

    public Path path() {
        return path;
    }

    private void deleteQuietly() {
        try {
            DurableFiles.deleteTree(path);
        } catch (IOException e) {
            // Nobody is there any more to be told: the system's own rules for temporary files are left.
        }
    }

    @Override
    public void close() throws IOException {
        cutOff.close();
        DurableFiles.deleteTree(path);
    }
}
