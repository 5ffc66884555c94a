package io.saddle.artifact;

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

    /** What the manifests of the artifacts begin with that this is a group of. */
    String groupPrefix() {
        return root.prefix() + runId + "/" + name + "/";
    }

    /** @param file its path within the artifact */
    String dataKey(String attempt, String file) {
        return root.attemptPrefix(new S3Root.Attempt(this, attempt)) + file;
    }

    /** The name without its groups: what the artifact's file or folder is called. */
    String lastName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
