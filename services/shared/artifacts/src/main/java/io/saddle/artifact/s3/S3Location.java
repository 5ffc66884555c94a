package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactNames;
import java.util.Optional;

/** The place of one artifact in a bucket. */
record S3Location(S3Root root, String runId, String name) {

    /**
     * @throws IllegalArgumentException if run id or name would not do
     */
    S3Location {
        ArtifactNames.require("the run id", runId);
        ArtifactNames.requirePath(name);
    }

    /** As it is announced. */
    String uri() {
        return root.uri(runId + "/" + name);
    }

    /** The object that makes the artifact visible. */
    String manifestKey() {
        return root.prefix() + runId + "/" + name + S3Root.MANIFEST;
    }

    /** The prefix of the manifests of the artifacts that this is a group of. */
    String groupPrefix() {
        return root.prefix() + runId + "/" + name + "/";
    }

    /** The name without its groups: what the artifact's file or folder is called. */
    String lastName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /**
     * The place that an announced URI names.
     *
     * @throws ArtifactException unless it is, to the letter, that of an artifact under this root
     */
    static S3Location of(S3Root root, String uri) throws ArtifactException {
        String base = root.uri("");
        if (!uri.startsWith(base)) {
            throw ArtifactException.refused(uri, "it does not lie under the root", root);
        }
        return named(root, uri.substring(base.length()))
                .orElseThrow(() -> ArtifactException.refused(uri, "it is not the name of an artifact", root));
    }

    /** The artifact whose manifest a key is; empty if it is none of that root's. */
    static Optional<S3Location> ofManifest(S3Root root, String key) {
        if (!key.startsWith(root.prefix()) || !key.endsWith(S3Root.MANIFEST)) {
            return Optional.empty();
        }
        return named(root, key.substring(root.prefix().length(), key.length() - S3Root.MANIFEST.length()));
    }

    /** The artifact of {@code runId/name}; empty if that is not the name of one. */
    static Optional<S3Location> named(S3Root root, String runAndName) {
        String[] parts = runAndName.split("/", 2);
        return parts.length == 2 && ArtifactNames.isValid(parts[0]) && ArtifactNames.isValidPath(parts[1])
                ? Optional.of(new S3Location(root, parts[0], parts[1]))
                : Optional.empty();
    }
}
