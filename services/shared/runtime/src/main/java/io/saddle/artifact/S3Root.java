package io.saddle.artifact;

import io.saddle.artifact.ArtifactException.Reason;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a store has of a bucket. Manifests lie at {@code <prefix>/<runId>/<name>.manifest}, the files that they name at
 * {@code <prefix>/_data/<runId>/<name>/_<attempt>/<file>}: a listing of a run meets nothing that is not whole.
 *
 * @param prefix empty, or ends with a slash
 */
record S3Root(String bucket, String prefix) {

    static final String SCHEME = "s3";
    static final String MANIFEST = ".manifest";

    /** No run id or part of a name begins like these. */
    private static final String DATA = "_data/";

    private static final String ATTEMPT = "_";
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,62}");

    /**
     * One writer's files, whether they were committed or not.
     *
     * @param id unique among all attempts
     */
    record Attempt(S3Location location, String id) {}

    /** @throws IllegalArgumentException unless it is {@code s3://bucket} or {@code s3://bucket/prefix} */
    static S3Root of(URI root) {
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

    /** @throws IllegalArgumentException if run id or name would not do */
    S3Location location(String runId, String name) {
        return new S3Location(this, runId, name);
    }

    /**
     * Reads an announced URI.
     *
     * @throws ArtifactException unless it is, to the letter, that of an artifact under this root
     */
    S3Location location(String uri) throws ArtifactException {
        String base = uri("");
        if (!uri.startsWith(base)) {
            throw refused(uri, "it does not lie under the root");
        }
        String[] parts = uri.substring(base.length()).split("/", 2);
        if (parts.length < 2 || !ArtifactNames.isValid(parts[0]) || !ArtifactNames.isValidPath(parts[1])) {
            throw refused(uri, "it is not the name of an artifact");
        }
        return new S3Location(this, parts[0], parts[1]);
    }

    private ArtifactException refused(String uri, String why) {
        return new ArtifactException(
                Reason.REFUSED,
                "artifact " + uri + " is refused: " + why + "; this service's artifact store is " + this
                        + ", and every service of a run must be given the same one");
    }

    String uri(String below) {
        return SCHEME + "://" + bucket + "/" + prefix + below;
    }

    String dataPrefix() {
        return prefix + DATA;
    }

    String attemptPrefix(Attempt attempt) {
        return dataPrefix() + attempt.location().runId() + "/"
                + attempt.location().name() + "/" + ATTEMPT + attempt.id() + "/";
    }

    /** Whose manifest a key is; empty if it is none of this store's. */
    Optional<S3Location> manifestOf(String key) {
        if (!key.startsWith(prefix) || !key.endsWith(MANIFEST)) {
            return Optional.empty();
        }
        return named(key.substring(prefix.length(), key.length() - MANIFEST.length()));
    }

    /** Whose file a key is; empty if it is none of this store's. */
    Optional<Attempt> attemptOf(String key) {
        if (!key.startsWith(dataPrefix())) {
            return Optional.empty();
        }
        List<String> parts = Arrays.asList(key.substring(dataPrefix().length()).split("/", -1));
        for (int i = 2; i < parts.size() - 1; i++) {
            String id = parts.get(i);
            if (id.startsWith(ATTEMPT)) {
                return named(String.join("/", parts.subList(0, i)))
                        .map(location -> new Attempt(location, id.substring(ATTEMPT.length())));
            }
        }
        return Optional.empty();
    }

    private Optional<S3Location> named(String runAndName) {
        String[] parts = runAndName.split("/", 2);
        return parts.length == 2 && ArtifactNames.isValid(parts[0]) && ArtifactNames.isValidPath(parts[1])
                ? Optional.of(new S3Location(this, parts[0], parts[1]))
                : Optional.empty();
    }

    /** As it is given in the settings. */
    @Override
    public String toString() {
        return uri("").replaceAll("/$", "");
    }
}
