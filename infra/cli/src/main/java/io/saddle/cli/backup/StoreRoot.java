package io.saddle.cli.backup;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The root of an artifact store as artifacts' URIs begin with it: {@code file:/data}, {@code file:///data} and {@code file:///data/}
 * are one, and artifacts say {@code file:///data/...}.
 *
 * @param uri without a slash at its end
 */
record StoreRoot(String uri) {

    static StoreRoot of(URI root) {
        return new StoreRoot(canonical(root).replaceFirst("/+$", ""));
    }

    /** Whether it is a folder that processes share, and no bucket. */
    static boolean isOfFiles(URI root) {
        return "file".equals(root.getScheme());
    }

    private static String canonical(URI root) {
        try {
            return isOfFiles(root) ? Path.of(root).toUri().toString() : root.toString();
        } catch (IllegalArgumentException relativeOrOnAnotherMachine) {
            return root.toString();
        }
    }

    /** The place of an artifact within the store; empty if it lies elsewhere. */
    Optional<String> within(String artifact) {
        return artifact.startsWith(uri + "/") ? Optional.of(artifact.substring(uri.length() + 1)) : Optional.empty();
    }

    String artifact(String within) {
        return uri + "/" + within;
    }
}
