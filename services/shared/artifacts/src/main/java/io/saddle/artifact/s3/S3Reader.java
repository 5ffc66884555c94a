package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

    S3Reader(S3Objects objects, S3Manifests manifests, ArtifactCache cache) {
        this.objects = objects;
        this.manifests = manifests;
        this.cache = cache;
    }

    /**
     * The local copy of an artifact, all digests of which are those that its manifest says. Files that vanish meanwhile belong to
     * an artifact that was replaced or pruned: the manifest tells.
     */
    Path fetch(S3Location location, Check check) throws IOException {
        return fetch(location, check, manifest -> copy(location, manifest.attempt(), manifest));
    }

    /** As {@link #fetch(S3Location, Check)}, of one file of a folder only; returns its path. */
    Path fetchFile(S3Location location, String file, Check check) throws IOException {
        return fetch(location, check, manifest -> {
            FileDigest digest = manifest.files().get(file);
            // Beside the copy of the whole, which may never be wanted.
            String id = manifest.attempt() + "." + digest.sha256();
            return copy(location, id, manifest.only(file)).resolve(file);
        });
    }

    /** Brings what a manifest names. */
    @FunctionalInterface
    private interface Fetching {
        Path copy(S3Manifest manifest) throws IOException;
    }

    private Path fetch(S3Location location, Check check, Fetching fetching) throws IOException {
        String vanished = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            S3Manifest manifest =
                    manifests.read(location).orElseThrow(() -> ArtifactException.missing(location.uri(), "it"));
            check.that(manifest);
            try {
                return fetching.copy(manifest);
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

    /** Digests are taken of all that comes over the network, and again of all that lies in the cache already. */
    private Path copy(S3Location location, String id, S3Manifest manifest) throws IOException {
        boolean[] fresh = {false};
        Path content = copy(location, id, manifest, fresh);
        if (!fresh[0] && !FileDigest.ofAll(content).equals(manifest.files())) {
            LOG.warn("{}: its copy in {} has changed and is fetched again", location.uri(), content);
            cache.discard(id);
            content = copy(location, id, manifest, fresh);
        }
        return content;
    }

    private Path copy(S3Location location, String id, S3Manifest manifest, boolean[] fresh) throws IOException {
        return cache.entry(id, entry -> {
                    download(location, manifest, entry.resolve(location.lastName()));
                    fresh[0] = true;
                })
                .resolve(location.lastName());
    }

    private void download(S3Location location, S3Manifest manifest, Path content) throws IOException {
        for (Map.Entry<String, FileDigest> file : manifest.files().entrySet()) {
            Path to = manifest.folder() ? content.resolve(file.getKey()) : content;
            Files.createDirectories(to.getParent());
            String key = new S3Attempt(location, manifest.attempt()).key(file.getKey());
            new S3Download(objects, location.uri(), key, file.getValue()).to(to);
        }
    }
}
