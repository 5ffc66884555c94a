package io.saddle.artifact;

import io.saddle.artifact.ArtifactException.Reason;
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
        ArtifactNames.require("the artifact name", name);
    }

    /**
     * Reads an announced URI.
     *
     * @throws ArtifactException unless it is that of {@code <root>/<runId>/<name>}
     */
    static ArtifactLocation of(Path root, String uri) throws ArtifactException {
        Path path = path(root, uri);
        if (!path.startsWith(root) || path.getNameCount() != root.getNameCount() + 2) {
            throw refused(root, uri, "it does not lie under the root");
        }
        String runId = path.getParent().getFileName().toString();
        String name = path.getFileName().toString();
        if (!ArtifactNames.isValid(runId) || !ArtifactNames.isValid(name)) {
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
        return new ArtifactException(
                Reason.REFUSED,
                "artifact " + uri + " is refused: " + why + "; this service's artifact store is " + root.toUri()
                        + ", and every service of a run must be given the same one");
    }

    Path folder() {
        return root.resolve(runId);
    }

    Path path() {
        return folder().resolve(name);
    }

    /** A hidden name beside the artifact: .kind.unique.name */
    Path beside(String kind, String unique) {
        return folder().resolve("." + kind + "." + unique + "." + name);
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
     */
    Path existing(String within) throws IOException {
        Path path = path().resolve(within).normalize();
        if (!path.startsWith(path())) {
            throw new IllegalArgumentException("'" + within + "' leads out of the artifact");
        }
        if (!Files.exists(path)) {
            throw new ArtifactException(
                    Reason.MISSING,
                    "artifact " + uri() + ": " + (within.isEmpty() ? "it" : within)
                            + " is not there; it may have been pruned: take a newer one");
        }
        Path real = root.toRealPath().resolve(root.relativize(path));
        if (!path.toRealPath().equals(real)) {
            throw refused(root, uri(), "it is reached through a symbolic link");
        }
        return path;
    }
}
