package io.saddle.artifact.file;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactNames;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The place of one artifact under a store's root.
 *
 * @param root the store's folder, absolute
 */
record ArtifactLocation(Path root, String runId, String name) {

    /**
     * @throws IllegalArgumentException if run id or name would not do as a file name
     */
    ArtifactLocation {
        ArtifactNames.require("the run id", runId);
        ArtifactNames.requirePath(name);
    }

    /**
     * Reads an announced URI.
     *
     * @throws ArtifactException unless it is that of {@code <root>/<runId>/<name>}
     */
    static ArtifactLocation of(Path root, String uri) throws ArtifactException {
        Path path = path(root, uri);
        if (!path.startsWith(root) || path.getNameCount() < root.getNameCount() + 2) {
            throw refused(root, uri, "it does not lie under the root");
        }
        Path relative = path.subpath(root.getNameCount(), path.getNameCount());
        String runId = relative.getName(0).toString();
        String name = ArtifactNames.joined(relative.subpath(1, relative.getNameCount()));
        if (!ArtifactNames.isValid(runId) || !ArtifactNames.isValidPath(name)) {
            throw refused(root, uri, "it is not the name of an artifact");
        }
        return new ArtifactLocation(root, runId, name);
    }

    private static Path path(Path root, String uri) throws ArtifactException {
        try {
            URI parsed = new URI(uri);
            if (!"file".equals(parsed.getScheme())) {
                throw refused(root, uri, "only file: URIs are supported");
            }
            return Path.of(parsed);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw refused(root, uri, e.getMessage());
        }
    }

    private static ArtifactException refused(Path root, String uri, String why) {
        return ArtifactException.refused(uri, why, root.toUri());
    }

    /** The folder that it lies in. */
    Path folder() {
        return path().getParent();
    }

    Path path() {
        return root.resolve(runId).resolve(name);
    }

    /**
     * Creates the folder that it lies in, durably.
     *
     * @throws ArtifactException if that is reached through a symbolic link
     */
    void createFolder() throws IOException {
        Files.createDirectories(folder());
        requireUnlinked(folder());
        for (Path parent = folder().getParent(); parent.startsWith(root); parent = parent.getParent()) {
            DurableFiles.sync(parent);
        }
    }

    /** As it is announced: without a slash at its end, also for a folder. */
    String uri() {
        String uri = path().toUri().toString();
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    /**
     * The artifact's path, or that of a file within it.
     *
     * @param within empty for the artifact itself
     * @throws ArtifactException if it is missing or a symbolic link leads out of the artifact
     * @throws IOException if the file system does not tell whether it is there
     */
    Path existing(String within) throws IOException {
        Path path = path().resolve(within).normalize();
        if (!path.startsWith(path())) {
            throw new IllegalArgumentException("'" + within + "' leads out of the artifact");
        }
        if (DurableFiles.look(path).isEmpty()) {
            throw ArtifactException.missing(uri(), within.isEmpty() ? "it" : within);
        }
        requireUnlinked(path);
        return path;
    }

    private void requireUnlinked(Path path) throws IOException {
        if (!path.toRealPath().equals(root.toRealPath().resolve(root.relativize(path)))) {
            throw refused(root, uri(), "it is reached through a symbolic link");
        }
    }
}
