package io.saddle.cli.doctor;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.Causes;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** The artifact store: something small is written, read back and deleted. */
final class StoreCheck {

    private static final String NAME = "store";
    private static final String PROBE = "probe";
    private static final byte[] CONTENT = "saddle doctor".getBytes(StandardCharsets.UTF_8);

    private StoreCheck() {}

    /** @param isMade whether its folder has to be there; else it has to be possible */
    static Finding of(ArtifactSettings settings, boolean isMade) {
        String root = settings.root().toString();
        boolean isFolder = settings.s3() == null;
        if (isFolder && !Files.exists(Path.of(settings.root()))) {
            return isMade
                    ? Finding.failed(
                            NAME,
                            "folder " + root + " is not there",
                            "mount it, or name the right one by --set artifacts.root=file:/FOLDER")
                    : notThereYet(Path.of(settings.root()));
        }
        if (isFolder && !Files.isDirectory(Path.of(settings.root()))) {
            return Finding.failed(NAME, root + " is no folder", "name one with --set artifacts.root=file:/FOLDER");
        }
        try {
            tryOut(ArtifactStores.open(settings));
            return Finding.ok(NAME, (isFolder ? "folder " : "bucket ") + root + ": written, read back, deleted");
        } catch (IOException | RuntimeException e) {
            return Finding.failed(
                    NAME,
                    root + ": " + (e instanceof ArtifactException said ? said.getMessage() : Causes.innermost(e)),
                    isFolder
                            ? "let this user write there, or name another with --set artifacts.root=file:/FOLDER"
                            : isLocal(e.getCause())
                                    ? "let this user write there; nothing is said of the bucket"
                                    : "see endpoint, region, keys and rights of the bucket: docs/storage.md");
        }
    }

    private static boolean isLocal(Throwable cause) {
        return cause instanceof FileSystemException
                || cause instanceof IOException full && DurableFiles.hasNoRoom(full);
    }

    /** Nothing is made here: whoever starts the stack does that. */
    private static Finding notThereYet(Path root) {
        Path above = MachineChecks.existing(root);
        return Files.isDirectory(above) && Files.isWritable(above)
                ? Finding.ok(NAME, "folder " + root + " can be made in " + above)
                : Finding.failed(
                        NAME,
                        "folder " + root + " cannot be made: " + above + " is no folder that can be written",
                        "let this user write there, or name another with --set artifacts.root=file:/FOLDER");
    }

    private static void tryOut(ArtifactStore store) throws IOException {
        String run = "doctor-" + UUID.randomUUID();
        Artifact probe = store.putFile(run, PROBE, CONTENT);
        try {
            if (!Arrays.equals(CONTENT, Files.readAllBytes(store.open(probe)))) {
                throw new IOException("what was read back is not what was written");
            }
        } finally {
            store.deleteRun(run);
        }
        if (!store.list(run, "").isEmpty()) {
            throw new IOException("what was deleted is still there");
        }
    }
}
