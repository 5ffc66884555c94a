package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address and account of an S3 server, and the folder of what was read from it.
 *
 * @param endpoint empty: that of AWS for the region
 * @param region empty: the SDK's default chain ({@code AWS_REGION}, profile, instance); with an endpoint {@value #ANY_REGION}
 * @param pathStyle whether the bucket stands in the path rather than in the host's name
 * @param credentials empty: the SDK's default chain (environment, web identity, profile, container, instance)
 * @param cacheFolder absolute; several services may share it
 * @param cacheBytes how much may lie in the cache, beside what was used just now
 */
public record S3Settings(
        Optional<URI> endpoint,
        Optional<String> region,
        boolean pathStyle,
        Optional<Credentials> credentials,
        Path cacheFolder,
        long cacheBytes) {

    /** The region that servers are told which know none. */
    static final String ANY_REGION = "us-east-1";

    private static final String DEFAULT_CACHE = "2G";
    private static final Pattern SIZE = Pattern.compile("(?<number>\\d{1,12})(?<unit>[KMGT]?)");
    private static final String UNITS = "KMGT";

    /** Never shown: not by {@link #toString()} either. */
    public record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "****";
        }
    }

    /**
     * @param given by name, without {@link ArtifactStore#SETTINGS}; empty for what is not set
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     */
    public static S3Settings of(Function<String, Optional<String>> given) {
        Optional<URI> endpoint = given.apply("s3.endpoint").map(S3Settings::endpoint);
        Optional<String> region = given.apply("s3.region").or(() -> endpoint.map(there -> ANY_REGION));
        return new S3Settings(
                endpoint,
                region,
                given.apply("s3.path-style").map(S3Settings::flag).orElse(endpoint.isPresent()),
                credentials(given.apply("s3.access-key"), given.apply("s3.secret-key")),
                Path.of(given.apply("cache.dir").orElseThrow(() -> wrong("cache.dir", "is not set: a local folder")))
                        .toAbsolutePath()
                        .normalize(),
                bytes(given.apply("cache.max-size").orElse(DEFAULT_CACHE)));
    }

    private static URI endpoint(String value) {
        try {
            URI endpoint = new URI(value);
            if (endpoint.getHost() != null
                    && String.valueOf(endpoint.getScheme()).matches("https?")) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            // No more of an endpoint than a URI of another kind.
        }
        throw wrong("s3.endpoint", "must be http://host:port or https://host, was '" + value + "'");
    }

    private static boolean flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("s3.path-style", "must be true or false, was '" + value + "'");
        };
    }

    private static Optional<Credentials> credentials(Optional<String> accessKey, Optional<String> secretKey) {
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw wrong(
                    accessKey.isPresent() ? "s3.secret-key" : "s3.access-key",
                    "is not set, but its counterpart is: set both, or neither for the SDK's default chain");
        }
        return accessKey.map(key -> new Credentials(key, secretKey.orElseThrow()));
    }

    private static long bytes(String value) {
        Matcher size = SIZE.matcher(value.toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw wrong("cache.max-size", "must be a size such as 500M or 2G, was '" + value + "'");
        }
        int power = size.group("unit").isEmpty() ? 0 : UNITS.indexOf(size.group("unit")) + 1;
        return Math.multiplyExact(Long.parseLong(size.group("number")), 1L << (10 * power));
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException(ArtifactStore.SETTINGS + name + " " + what);
    }
}
