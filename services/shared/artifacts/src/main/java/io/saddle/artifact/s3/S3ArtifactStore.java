package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactNames;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.FileDigest;
import io.saddle.artifact.StoredBytes;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An artifact store in a bucket of an S3 server. A writer's files go to keys of their own, then one manifest that names them
 * makes them visible; a replacement writes a new manifest over the old one, a deletion begins with the manifest. What is read
 * is fetched into a local cache, under the writer's unique id, so that what was replaced is never taken for what replaced it.
 *
 * <p>The server must show every request what earlier ones have written, as AWS and MinIO do.
 */
public final class S3ArtifactStore implements ArtifactStore {

    private static final Logger LOG = LoggerFactory.getLogger(S3ArtifactStore.class);
    private static final String JSON = "application/json";

    private final S3Root root;
    private final S3Objects objects;
    private final S3Manifests manifests;
    private final S3Upload upload;
    private final ArtifactCache cache;
    private final S3Reader reader;
    private final Duration leftoverAge;

    /**
     * @param partBytes from which size on files go up in parts, and how large each is
     * @param leftoverAge longer than any writer pauses between two files
     */
    S3ArtifactStore(S3Root root, S3Objects objects, ArtifactCache cache, long partBytes, Duration leftoverAge) {
        this.root = root;
        this.objects = objects;
        this.manifests = new S3Manifests(objects);
        this.upload = new S3Upload(objects, partBytes);
        this.cache = cache;
        this.reader = new S3Reader(objects, manifests, cache);
        this.leftoverAge = leftoverAge;
    }

    /** Nothing is asked of the server yet. */
    public static S3ArtifactStore open(S3Root root, S3Settings settings) throws IOException {
        String where = settings.endpoint().map(Object::toString).orElse("AWS");
        return new S3ArtifactStore(
                root,
                new S3Objects(S3Clients.of(settings), new S3Failures(root, where), S3Patience.USUAL),
                new ArtifactCache(settings.cacheFolder(), settings.cacheBytes(), ArtifactCache.IN_USE, LEFTOVER_AGE),
                S3Upload.PART_BYTES,
                LEFTOVER_AGE);
    }

    @Override
    public Artifact putFolder(String runId, String name, FolderWriter writer, String digestFile) throws IOException {
        return put(new S3Location(root, runId, name), true, digestFile, content -> {
            Files.createDirectory(content);
            writer.write(content);
        });
    }

    @Override
    public Artifact putFile(String runId, String name, byte[] bytes) throws IOException {
        return put(new S3Location(root, runId, name), false, "", content -> Files.write(content, bytes));
    }

    private Artifact put(S3Location location, boolean folder, String digestFile, FolderWriter writer)
            throws IOException {
        Path staged = cache.filled(into -> writer.write(into.resolve(location.lastName())));
        try {
            Path content = staged.resolve(location.lastName());
            Map<String, FileDigest> files = FileDigest.ofAll(content);
            FileDigest digest = files.get(folder ? digestFile : location.lastName());
            if (digest == null) {
                throw new IOException(location.uri() + ": the writer left no file " + digestFile);
            }
            publish(
                    location,
                    content,
                    digestFile,
                    new S3Manifest(S3Manifest.FORMAT, folder, UUID.randomUUID().toString(), files));
            return new Artifact(location.uri(), digest.sha256(), digest.bytes());
        } finally {
            DurableFiles.deleteTree(staged);
        }
    }

    private void publish(S3Location location, Path content, String digestFile, S3Manifest manifest) throws IOException {
        Optional<S3Manifest> stored = manifests.read(location);
        if (stored.isPresent() && isSame(location, stored.get(), manifest)) {
            return;
        }
        requireReplaceable(location, stored, digestFile);
        try {
            for (String file : manifest.files().keySet()) {
                Path path = manifest.folder() ? content.resolve(file) : content;
                upload.put(new S3Attempt(location, manifest.attempt()).key(file), path);
            }
        } catch (IOException | RuntimeException e) {
            deleteLater(location, manifest);
            throw e;
        }
        // Where this fails, it may be there all the same: the files stay until it is certain that no manifest names
        // them.
        upload.put(location.manifestKey(), manifest.toJson(), JSON);
        stored.ifPresent(old -> deleteLater(location, old));
    }

    private boolean isSame(S3Location location, S3Manifest stored, S3Manifest manifest) throws IOException {
        if (stored.folder() != manifest.folder() || !stored.files().equals(manifest.files())) {
            return false;
        }
        S3Attempt attempt = new S3Attempt(location, stored.attempt());
        for (Map.Entry<String, FileDigest> file : stored.files().entrySet()) {
            if (!objects.has(attempt.key(file.getKey()), file.getValue().bytes())) {
                return false;
            }
        }
        return true;
    }

    private void requireReplaceable(S3Location location, Optional<S3Manifest> stored, String digestFile)
            throws IOException {
        boolean otherFolder = stored.filter(S3Manifest::folder)
                .filter(old -> !old.files().containsKey(digestFile))
                .isPresent();
        if (otherFolder || objects.any(location.groupPrefix())) {
            throw new FileAlreadyExistsException(
                    location.uri() + ": there is a folder of other content; delete it or take another name");
        }
    }

    /** What no manifest names any more does no harm: {@link #removeLeftovers} comes back to what stays now. */
    private void deleteLater(S3Location location, S3Manifest manifest) {
        try {
            deleteFiles(location, manifest);
        } catch (IOException e) {
            LOG.info("{}: files of an attempt stay behind for now: {}", location.uri(), e.getMessage());
        }
    }

    private void deleteFiles(S3Location location, S3Manifest manifest) throws IOException {
        for (String file : manifest.files().keySet()) {
            objects.delete(new S3Attempt(location, manifest.attempt()).key(file));
        }
    }

    @Override
    public Path open(Artifact artifact) throws IOException {
        return openPart(artifact, file -> true);
    }

    /** Only what is wanted is fetched. */
    @Override
    public Path openPart(Artifact artifact, Predicate<String> wanted) throws IOException {
        return reader.fetch(S3Location.of(root, artifact.getUri()), manifest -> {}, wanted);
    }

    /** Compared with the manifest first: what is not what was announced is not fetched. */
    @Override
    public Path verified(Artifact artifact, String digestFile) throws IOException {
        S3Location location = S3Location.of(root, artifact.getUri());
        return reader.fetch(location, announced(location, artifact, digestFile), any -> true);
    }

    @Override
    public Path verifiedFile(Artifact artifact, String file) throws IOException {
        S3Location location = S3Location.of(root, artifact.getUri());
        return reader.fetch(location, announced(location, artifact, file), file::equals)
                .resolve(file);
    }

    private S3Reader.Check announced(S3Location location, Artifact artifact, String digestFile) {
        S3Manifest.requireWithin(digestFile);
        return manifest -> {
            FileDigest found = manifest.digest(digestFile)
                    .orElseThrow(() -> ArtifactException.missing(location.uri(), digestFile));
            if (found.bytes() != artifact.getBytes()) {
                throw manifests.damaged(
                        location, "it has " + found.bytes() + " bytes, announced " + artifact.getBytes());
            }
            if (!found.sha256().equals(artifact.getSha256())) {
                throw manifests.damaged(
                        location, "it has sha256 " + found.sha256() + ", announced " + artifact.getSha256());
            }
        };
    }

    @Override
    public Optional<Artifact> find(String runId, String name, String digestFile) throws IOException {
        S3Location location = new S3Location(root, runId, name);
        return manifests
                .read(location)
                .flatMap(manifest -> manifest.digest(digestFile))
                .map(digest -> new Artifact(location.uri(), digest.sha256(), digest.bytes()));
    }

    @Override
    public void requireIntact(Artifact artifact, String digestFile) throws IOException {
        S3Location location = S3Location.of(root, artifact.getUri());
        S3Manifest manifest =
                manifests.read(location).orElseThrow(() -> ArtifactException.missing(location.uri(), "it"));
        String file = manifest.folder() ? digestFile : location.lastName();
        announced(location, artifact, file).that(manifest);
        if (!objects.has(new S3Attempt(location, manifest.attempt()).key(file), artifact.getBytes())) {
            throw manifests.damaged(location, file + " is not there with its " + artifact.getBytes() + " bytes");
        }
    }

    @Override
    public List<String> list(String runId, String prefix) throws IOException {
        ArtifactNames.require("the run id", runId);
        int group = prefix.lastIndexOf('/');
        if (group >= 0) {
            ArtifactNames.requirePath(prefix.substring(0, group));
        }
        String run = root.prefix() + runId + "/";
        S3Objects.Listing listing = objects.list(run + prefix);
        return Stream.concat(
                        listing.keys().stream()
                                .filter(key -> key.endsWith(S3Root.MANIFEST))
                                .map(key -> key.substring(0, key.length() - S3Root.MANIFEST.length())),
                        listing.prefixes().stream().map(below -> below.substring(0, below.length() - 1)))
                .map(key -> key.substring(run.length()))
                .filter(name -> name.startsWith(prefix) && ArtifactNames.isValidPath(name))
                .distinct()
                .sorted()
                .toList();
    }

    /** The manifest first: whoever comes in between finds nothing, or misses a file and looks again. */
    @Override
    public void delete(String runId, String name) throws IOException {
        S3Location location = new S3Location(root, runId, name);
        Optional<S3Manifest> manifest;
        try {
            manifest = manifests.read(location);
        } catch (ArtifactException e) {
            if (e.reason() != Reason.DAMAGED) {
                throw e;
            }
            objects.delete(location.manifestKey());
            return;
        }
        if (manifest.isPresent()) {
            objects.delete(location.manifestKey());
            deleteLater(location, manifest.get());
            discardCopies(location, manifest.get());
        }
    }

    /** Nobody asks for them again, and what was read a moment ago does not give way to anything else. */
    private void discardCopies(S3Location location, S3Manifest manifest) {
        try {
            reader.discardCopies(manifest);
        } catch (IOException e) {
            LOG.info("{}: local copies stay behind until room is made: {}", location.uri(), e.getMessage());
        }
    }

    /** The manifests first: of what is deleted in part nothing is visible. */
    @Override
    public void deleteRun(String runId) throws IOException {
        for (S3Objects.Written object : own(runId).of(runId)) {
            objects.delete(object.key());
        }
        for (S3Objects.Unfinished upload : unfinished().orElse(List.of())) {
            if (root.runOfFile(upload.key()).filter(runId::equals).isPresent()) {
                objects.abort(upload.key(), upload.uploadId());
            }
        }
    }

    /** The files are listed before the manifests: of what is written in between both are left alone. */
    private S3OwnObjects own(String runId) throws IOException {
        List<S3Objects.Written> found = new ArrayList<>();
        for (String prefix : root.prefixes(runId)) {
            found.addAll(objects.inventory(prefix).objects());
        }
        return S3OwnObjects.of(root, found);
    }

    /** Never any: its objects are told from a run's. */
    @Override
    public Optional<String> storeWithin(String runId) {
        return Optional.empty();
    }

    @Override
    public StoredBytes stored(String runId) throws IOException {
        return own(runId).stored(runId);
    }

    @Override
    public StoredBytes stored(String runId, String name) throws IOException {
        S3Location location = new S3Location(root, runId, name);
        StoredBytes sum = StoredBytes.NONE;
        for (String prefix : List.of(location.manifestKey(), S3Attempt.prefixOfAll(location))) {
            for (S3Objects.Written object : objects.inventory(prefix).objects()) {
                sum = sum.plus(new StoredBytes(1, object.bytes()));
            }
        }
        return sum;
    }

    @Override
    public Map<String, StoredBytes> stored() throws IOException {
        S3OwnObjects own =
                S3OwnObjects.of(root, objects.inventory(root.prefix()).objects());
        Map<String, StoredBytes> runs = new TreeMap<>();
        own.files().keySet().forEach(runId -> runs.put(runId, own.stored(runId)));
        return runs;
    }

    /**
     * Uploads are listed before objects: one that is completed in between is a fresh object then. Where they are not to be had, a slow
     * writer's first files look as a dead one's do, and nothing is removed from the bucket.
     */
    @Override
    public void removeLeftovers() throws IOException {
        cache.removeLeftovers();
        Optional<List<S3Objects.Unfinished>> unfinished = unfinished();
        S3Objects.Inventory inventory = objects.inventory(root.prefix());
        if (unfinished.isEmpty()) {
            LOG.info("what dead writers left in {} stays for now: a live one's could be among it", root);
            return;
        }
        S3Leftovers leftovers = S3Leftovers.of(root, inventory, unfinished.get(), leftoverAge);
        for (S3Objects.Unfinished dead : leftovers.uploads()) {
            objects.abort(dead.key(), dead.uploadId());
        }
        for (Map.Entry<S3Attempt, List<String>> attempt : leftovers.attempts().entrySet()) {
            if (isAbandoned(attempt.getKey())) {
                for (String key : attempt.getValue()) {
                    objects.delete(key);
                }
            }
        }
    }

    /** Whose manifest cannot be read may be anybody's. */
    private boolean isAbandoned(S3Attempt attempt) throws IOException {
        try {
            return manifests
                    .read(attempt.location())
                    .map(current -> !current.attempt().equals(attempt.id()))
                    .orElse(true);
        } catch (ArtifactException e) {
            if (e.reason() == Reason.DAMAGED) {
                return false;
            }
            throw e;
        }
    }

    /** Empty where they are not to be had: not every server lists them, not every account may, and a request may fail. */
    private Optional<List<S3Objects.Unfinished>> unfinished() throws IOException {
        try {
            return Optional.of(objects.unfinished(root.dataPrefix()));
        } catch (ArtifactException e) {
            LOG.info("unfinished uploads are left to the bucket's lifecycle rules: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
