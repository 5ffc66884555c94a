package io.saddle.artifact.access;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.s3.S3Root;
import io.saddle.artifact.s3.S3Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The place of a service's artifacts.
 *
 * @param root {@code file:/absolute/folder} or {@code s3://bucket/prefix}
 * @param s3 how an {@code s3:} root is reached; null for another
 */
public record ArtifactSettings(URI root, S3Settings s3) {

    /**
     * Reads the settings that the kind of root needs.
     *
     * @param values by name, which begins with {@link ArtifactStore#SETTINGS}; empty for what is not set
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     */
    public static ArtifactSettings of(Function<String, Optional<String>> values) {
        Function<String, Optional<String>> given = name ->
                values.apply(ArtifactStore.SETTINGS + name).map(String::trim).filter(value -> !value.isEmpty());
        URI root = given.apply("root")
                .map(ArtifactSettings::root)
                .orElseThrow(() -> new IllegalArgumentException(
                        ArtifactStore.SETTINGS + "root is not set: file:/absolute/folder or s3://bucket/prefix"));
        return new ArtifactSettings(root, S3Root.SCHEME.equals(root.getScheme()) ? S3Settings.of(given) : null);
    }

    private static URI root(String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    ArtifactStore.SETTINGS + "root must be file:/absolute/folder or s3://bucket/prefix, was '" + value
                            + "': " + e.getReason(),
                    e);
        }
    }
}
