package io.saddle.artifact.s3;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One writer's files of an artifact, whether they were committed or not.
 *
 * @param id unique among all attempts
 */
record S3Attempt(S3Location location, String id) {

    /** No part of a name begins like this. */
    private static final String PREFIX = "_";

    /** The attempt whose file a key is; empty if it is none of that root's. */
    static Optional<S3Attempt> of(S3Root root, String key) {
        if (!key.startsWith(root.dataPrefix())) {
            return Optional.empty();
        }
        List<String> parts =
                Arrays.asList(key.substring(root.dataPrefix().length()).split("/", -1));
        for (int i = 2; i < parts.size() - 1; i++) {
            String id = parts.get(i);
            if (id.startsWith(PREFIX)) {
                return S3Location.named(root, String.join("/", parts.subList(0, i)))
                        .map(location -> new S3Attempt(location, id.substring(PREFIX.length())));
            }
        }
        return Optional.empty();
    }

    /** The beginning of the keys of all attempts' files. */
    static String prefixOfAll(S3Location location) {
        return location.root().dataPrefix() + location.runId() + "/" + location.name() + "/" + PREFIX;
    }

    /** The beginning of the keys of its files. */
    String prefix() {
        return prefixOfAll(location) + id + "/";
    }

    /** @param file its path within the artifact */
    String key(String file) {
        return prefix() + file;
    }
}
