package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.artifact.server.S3Server;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Stores with limits of a test's own, under a prefix of its own of the shared server. */
final class S3TestStore {

    /** The smallest that servers take. */
    static final int PART_BYTES = 5 << 20;

    private final S3Server server = S3Server.shared();
    private final String prefix;
    private final Path cache;

    S3TestStore(Path cache) {
        this("test/" + UUID.randomUUID(), cache);
    }

    private S3TestStore(String prefix, Path cache) {
        this.prefix = prefix;
        this.cache = cache;
    }

    /** One whose prefix lies in this one's. */
    S3TestStore below(String name) {
        return new S3TestStore(prefix + "/" + name, cache);
    }

    S3Root root() {
        return new S3Root(S3Server.BUCKET, prefix + "/");
    }

    /** Without settings of its own, as a service opens it, but for these. */
    ArtifactStore open(Map<String, String> changed) throws IOException {
        Map<String, String> settings = new HashMap<>(server.settings(prefix, cache));
        settings.putAll(changed);
        return ArtifactStores.open(ArtifactSettings.of(name -> Optional.ofNullable(settings.get(name))));
    }

    S3ArtifactStore open(URI endpoint, Duration leftoverAge) throws IOException {
        return open(endpoint, leftoverAge, cache);
    }

    S3ArtifactStore open(URI endpoint, Duration leftoverAge, Path cache) throws IOException {
        return open(S3Clients.of(settings(endpoint, cache)), leftoverAge, cache);
    }

    S3ArtifactStore open(S3Client client, Duration leftoverAge) throws IOException {
        return open(client, leftoverAge, cache);
    }

    private S3ArtifactStore open(S3Client client, Duration leftoverAge, Path cache) throws IOException {
        return open(objects(client, S3Patience.USUAL), leftoverAge, cache);
    }

    S3ArtifactStore open(URI endpoint, S3Patience patience) throws IOException {
        return open(objects(endpoint, patience), ArtifactStore.LEFTOVER_AGE, cache);
    }

    private S3ArtifactStore open(S3Objects objects, Duration leftoverAge, Path cache) throws IOException {
        return new S3ArtifactStore(
                root(),
                objects,
                new ArtifactCache(cache, 1L << 30, ArtifactCache.IN_USE, leftoverAge),
                PART_BYTES,
                leftoverAge);
    }

    private S3Settings settings(URI endpoint, Path cache) {
        return new S3Settings(
                Optional.of(endpoint),
                Optional.of(S3Settings.ANY_REGION),
                true,
                Optional.of(new S3Settings.Credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)),
                cache,
                1L << 30);
    }

    private S3Objects objects(S3Client client, S3Patience patience) {
        return new S3Objects(client, new S3Failures(root(), "the test's server"), patience);
    }

    S3Objects objects() throws ArtifactException {
        return objects(server.endpoint(), S3Patience.USUAL);
    }

    S3Objects objects(URI endpoint, S3Patience patience) throws ArtifactException {
        return objects(S3Clients.of(settings(endpoint, cache)), patience);
    }

    S3Objects objects(URI endpoint, Duration silence) throws ArtifactException {
        return objects(S3Clients.of(settings(endpoint, cache), silence), S3Patience.USUAL);
    }

    /**
     * The server, some of whose calls fail.
     *
     * @param call the beginning of their names
     * @param failure of the next one; empty where it is let through
     */
    S3Client failing(String call, Supplier<Optional<SdkException>> failure) throws ArtifactException {
        S3Client real = objects().client();
        return (S3Client) Proxy.newProxyInstance(
                S3Client.class.getClassLoader(), new Class<?>[] {S3Client.class}, (proxy, method, arguments) -> {
                    Optional<SdkException> fails = method.getName().startsWith(call) ? failure.get() : Optional.empty();
                    if (fails.isPresent()) {
                        throw fails.get();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    S3Server server() {
        return server;
    }

    List<String> keys() throws IOException {
        return objects().inventory(root().prefix()).objects().stream()
                .map(S3Objects.Written::key)
                .toList();
    }

    /** Of an artifact's only attempt. */
    String dataKey(String runId, String name, String file) throws IOException {
        String within = "/" + name + "/_";
        List<String> found = keys().stream()
                .filter(key -> key.startsWith(root().dataPrefix() + runId + within) && key.endsWith("/" + file))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(file + ": " + found);
        }
        return found.get(0);
    }

    /** Names with files, visible or not. */
    TreeSet<String> namesWithFiles() throws IOException {
        return keys().stream()
                .flatMap(key -> S3Attempt.of(root(), key).stream())
                .map(attempt -> attempt.location().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Writers' attempts, committed or not. */
    long attempts() throws IOException {
        return keys().stream()
                .flatMap(key -> S3Attempt.of(root(), key).stream())
                .distinct()
                .count();
    }

    TreeSet<String> visibleNames() throws IOException {
        return keys().stream()
                .flatMap(key -> S3Location.ofManifest(root(), key).stream())
                .map(S3Location::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
