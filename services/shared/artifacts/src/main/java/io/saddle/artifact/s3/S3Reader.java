package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings artifacts from a bucket into the local cache. */
final class S3Reader {

    private static final Logger LOG = LoggerFactory.getLogger(S3Reader.class);
    private static final int ATTEMPTS = 10;

    private final S3Objects objects;
    private final S3Manifests manifests;
    private final ArtifactCache cache;

    /** The condition under which anything is fetched. */
    @FunctionalInterface
    interface Check {
        void that(S3Manifest manifest) throws IOException;
    }

    /**
     * An entry of the cache.
     *
     * @param id the writer's, where it is the whole artifact
     */
    private record Copy(String id, Map<String, FileDigest> files) {

        long bytes() {
            return files.values().stream().mapToLong(FileDigest::bytes).sum();
        }
    }

    S3Reader(S3Objects objects, S3Manifests manifests, ArtifactCache cache) {
        this.objects = objects;
        this.manifests = manifests;
        this.cache = cache;
    }

    /**
     * The local copy of an artifact, all digests of which are those that its manifest says. Files that vanish meanwhile belong to
     * an artifact that was replaced or pruned: the manifest tells.
     *
     * @param wanted of a folder, the files that the copy needs to have
     */
    Path fetch(S3Location location, Check check, Predicate<String> wanted) throws IOException {
        String vanished = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            S3Manifest manifest =
                    manifests.read(location).orElseThrow(() -> ArtifactException.missing(location.uri(), "it"));
            check.that(manifest);
            try {
                return copy(location, manifest, wanted);
            } catch (ArtifactException e) {
                if (e.reason() != Reason.MISSING) {
                    throw e;
                }
                if (vanished.equals(manifest.attempt())) {
                    throw manifests.damaged(location, e.getMessage());
                }
                vanished = manifest.attempt();
            }
        }
        throw ArtifactException.missing(location.uri(), "an undisturbed moment");
    }

    /** Takes the local copies of an artifact out of the cache, the whole and parts. */
    void discardCopies(S3Manifest manifest) throws IOException {
        cache.discardAll(manifest.attempt());
    }

    /** Digests are taken of all that comes over the network, and again of what is wanted of that which lies in the cache already. */
    private Path copy(S3Location location, S3Manifest manifest, Predicate<String> wanted) throws IOException {
        Map<String, FileDigest> files = manifest.folder() ? part(manifest.files(), wanted) : manifest.files();
        boolean whole = files.size() == manifest.files().size() || cache.has(manifest.attempt());
        Copy copy = whole
                ? new Copy(manifest.attempt(), manifest.files())
                : new Copy(manifest.attempt() + "." + named(files.keySet()), files);
        boolean[] fresh = {false};
        Path content = fetched(location, manifest, copy, fresh);
        if (!fresh[0] && !holds(content, files, manifest.folder() ? wanted : file -> true)) {
            LOG.warn("{}: its copy in {} has changed and is fetched again", location.uri(), content);
            cache.discard(copy.id());
            content = fetched(location, manifest, copy, fresh);
        }
        return content;
    }

    /** False also where some of it is gone: whoever clears temporary folders may take a part. */
    private static boolean holds(Path content, Map<String, FileDigest> files, Predicate<String> wanted)
            throws IOException {
        try {
            return FileDigest.ofAll(content, wanted).equals(files);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw ArtifactCache.unusable(e);
        }
    }

    private static Map<String, FileDigest> part(Map<String, FileDigest> files, Predicate<String> wanted) {
        Map<String, FileDigest> part = new TreeMap<>(files);
        part.keySet().removeIf(wanted.negate());
        return part;
    }

    /** Other files, another name. */
    private static String named(Set<String> files) {
        FileDigest.Meter names = new FileDigest.Meter();
        byte[] bytes = String.join("\n", files).getBytes(StandardCharsets.UTF_8);
        names.add(bytes, bytes.length);
        return names.digest().sha256();
    }

    private Path fetched(S3Location location, S3Manifest manifest, Copy copy, boolean[] fresh) throws IOException {
        return cache.entry(copy.id(), copy.bytes(), entry -> {
                    download(location, manifest, copy.files(), entry.resolve(location.lastName()));
                    fresh[0] = true;
                })
                .resolve(location.lastName());
    }

    private void download(S3Location location, S3Manifest manifest, Map<String, FileDigest> files, Path content)
            throws IOException {
        if (manifest.folder()) {
            Files.createDirectories(content);
        }
        for (Map.Entry<String, FileDigest> file : files.entrySet()) {
            Path to = manifest.folder() ? content.resolve(file.getKey()) : content;
            Files.createDirectories(to.getParent());
            String key = new S3Attempt(location, manifest.attempt()).key(file.getKey());
            read(location, key, file.getValue(), to);
        }
    }

    /** What comes altered is fetched once more: a sound object may have met with a fault on its way. */
    private void read(S3Location location, String key, FileDigest digest, Path to) throws IOException {
        try {
            new S3Download(objects, location.uri(), key, digest).to(to);
        } catch (ArtifactException e) {
            if (e.reason() != Reason.DAMAGED) {
                throw e;
            }
            LOG.warn("{}; it is read once more", e.getMessage());
            Files.deleteIfExists(to);
            new S3Download(objects, location.uri(), key, digest).to(to);
        }
    }
}
