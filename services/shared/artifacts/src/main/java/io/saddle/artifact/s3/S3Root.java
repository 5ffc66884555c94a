package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactNames;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The part of a bucket that a store has. Manifests lie at {@code <prefix>/<runId>/<name>.manifest}, the files that they name at
 * {@code <prefix>/_data/<runId>/<name>/_<attempt>/<file>}: a listing of a run meets nothing that is not whole.
 *
 * @param prefix empty, or ends with a slash
 */
public record S3Root(String bucket, String prefix) {

    public static final String SCHEME = "s3";
    static final String MANIFEST = ".manifest";

    /** No run id or part of a name begins like this. */
    private static final String DATA = "_data/";

    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,62}");

    /** @throws IllegalArgumentException unless it is {@code s3://bucket} or {@code s3://bucket/prefix} */
    public static S3Root of(URI root) {
        String path = root.getRawPath() == null ? "" : root.getRawPath().replaceAll("^/|/$", "");
        boolean plain = SCHEME.equals(root.getScheme())
                && root.getRawAuthority() != null
                && BUCKET.matcher(root.getRawAuthority()).matches()
                && root.getRawQuery() == null
                && root.getRawFragment() == null;
        if (!plain || !(path.isEmpty() || Arrays.stream(path.split("/", -1)).allMatch(ArtifactNames::isValid))) {
            throw new IllegalArgumentException("artifact store " + root
                    + ": must be s3://bucket/prefix, the prefix of letters, digits, '.', '_' and '-' between '/'");
        }
        return new S3Root(root.getRawAuthority(), path.isEmpty() ? "" : path + "/");
    }

    String uri(String below) {
        return SCHEME + "://" + bucket + "/" + prefix + below;
    }

    String dataPrefix() {
        return prefix + DATA;
    }

    /** What the keys of a run's files begin with, then what those of its manifests do. */
    List<String> prefixes(String runId) {
        ArtifactNames.require("the run id", runId);
        return List.of(dataPrefix() + runId + "/", prefix + runId + "/");
    }

    /** The run that a file under this root belongs to; empty for manifests, and what is of none. */
    Optional<String> runOfFile(String key) {
        if (!key.startsWith(dataPrefix())) {
            return Optional.empty();
        }
        String within = key.substring(dataPrefix().length());
        int slash = within.indexOf('/');
        return Optional.of(within.substring(0, Math.max(0, slash))).filter(ArtifactNames::isValid);
    }

    /** As it is given in the settings. */
    @Override
    public String toString() {
        return uri("").replaceAll("/$", "");
    }
}
