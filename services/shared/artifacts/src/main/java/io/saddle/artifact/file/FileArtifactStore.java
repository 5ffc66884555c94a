package io.saddle.artifact.file;

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
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An artifact store in a folder of a file system with atomic renames. What is written goes to a hidden folder beside its
 * place first ({@code .tmp.<unique>.<name>}), is synced, renamed, and the folder's entries are synced.
 */
public final class FileArtifactStore implements ArtifactStore {

    private static final int ATTEMPTS = 100;

    private final StoreRoot root;
    private final Leftovers leftovers;

    /** {@link #LEFTOVER_AGE} for leftovers. */
    public FileArtifactStore(Path root) throws IOException {
        this(root, LEFTOVER_AGE);
    }

    /**
     * @param root created if it is missing
     * @param leftoverAge longer than any writer pauses between two files
     */
    public FileArtifactStore(Path root, Duration leftoverAge) throws IOException {
        this.root = new StoreRoot(root.toAbsolutePath().normalize());
        this.leftovers = new Leftovers(this.root.path(), leftoverAge);
    }

    @Override
    public Artifact putFolder(String runId, String name, FolderWriter writer, String digestFile) throws IOException {
        ArtifactLocation location = location(runId, name);
        return put(location, digestFile, temporary -> {
            Files.createDirectory(temporary);
            writer.write(temporary);
        });
    }

    @Override
    public Artifact putFile(String runId, String name, byte[] bytes) throws IOException {
        return put(location(runId, name), "", temporary -> Files.write(temporary, bytes));
    }

    private ArtifactLocation location(String runId, String name) throws IOException {
        return new ArtifactLocation(root.requireSame(), runId, name);
    }

    private Artifact put(ArtifactLocation location, String digestFile, FolderWriter writer) throws IOException {
        location.createFolder();
        Path temporary = Leftovers.TEMPORARY.beside(location.path());
        try {
            writer.write(temporary);
            Path digested = temporary.resolve(digestFile);
            if (!digested.normalize().startsWith(temporary)
                    || !Files.isRegularFile(digested, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(location.uri() + ": the writer left no file " + digestFile);
            }
            FileDigest digest = FileDigest.of(digested);
            if (isFolder(temporary)) {
                DigestFile.write(temporary, digestFile, digest);
            }
            DurableFiles.syncTree(temporary);
            publish(temporary, location, digestFile, digest);
            DurableFiles.sync(location.folder());
            return new Artifact(location.uri(), digest.sha256(), digest.bytes());
        } finally {
            DurableFiles.deleteTree(temporary);
        }
    }

    /**
     * Other writers of the same name may come between any two of these operations, and what one look sees the next may not:
     * whoever loses begins again, and only what fails every time is a failure.
     */
    private void publish(Path temporary, ArtifactLocation location, String digestFile, FileDigest digest)
            throws IOException {
        FileSystemException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (digest.equals(stored(location, digestFile)) && holdsTheRest(location, temporary, digestFile)) {
                return;
            }
            Path old = Leftovers.MOVED_ASIDE.beside(location.path());
            try {
                requireReplaceable(location, digestFile);
                boolean aside = !replacesAtomically(temporary, location) && Leftovers.moveIfThere(location.path(), old);
                try {
                    Files.move(temporary, location.path(), StandardCopyOption.ATOMIC_MOVE);
                } catch (FileSystemException e) {
                    if (aside) {
                        putBack(old, location.path());
                    }
                    throw e;
                }
            } catch (FileSystemException e) {
                failure = e;
                continue;
            }
            DurableFiles.sync(location.folder());
            DurableFiles.deleteTree(old);
            return;
        }
        throw failure;
    }

    /** Whether a folder's other files are as they are written now: one that was lost or damaged is to be replaced. */
    private static boolean holdsTheRest(ArtifactLocation location, Path written, String digestFile) throws IOException {
        if (!isFolder(written)) {
            return true;
        }
        for (Path file : DurableFiles.files(written)) {
            Path within = written.relativize(file);
            if (!within.equals(Path.of(digestFile))
                    && !FileDigest.of(file).equals(stored(location, within.toString()))) {
                return false;
            }
        }
        return true;
    }

    /** What can neither be put back nor was replaced stays aside, and {@link #removeLeftovers} puts it back later. */
    private static void putBack(Path old, Path place) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (FileSystemException e) {
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    DurableFiles.deleteTree(old);
                    return;
                }
            }
        }
    }

    /** The folder's identity is compared, since another writer may exchange it between the looks. */
    private static void requireReplaceable(ArtifactLocation location, String digestFile) throws IOException {
        Object folder = folderKey(location.path());
        boolean group = digestFile.isEmpty()
                || DurableFiles.look(location.path().resolve(digestFile)).isEmpty();
        if (folder != null && group && folder.equals(folderKey(location.path()))) {
            throw new FileAlreadyExistsException(
                    location.uri() + ": there is a folder of other content; delete it or take another name");
        }
    }

    private static Object folderKey(Path path) throws IOException {
        return DurableFiles.look(path, LinkOption.NOFOLLOW_LINKS)
                .filter(BasicFileAttributes::isDirectory)
                .map(BasicFileAttributes::fileKey)
                .orElse(null);
    }

    /** A rename puts a file in another's place, but never a folder. */
    private static boolean replacesAtomically(Path temporary, ArtifactLocation location) throws IOException {
        return !isFolder(temporary) && !isFolder(location.path());
    }

    /** Null if there is nothing to compare with. */
    private static FileDigest stored(ArtifactLocation location, String digestFile) throws IOException {
        Path file = location.path().resolve(digestFile);
        try {
            return DurableFiles.look(file, LinkOption.NOFOLLOW_LINKS)
                            .filter(BasicFileAttributes::isRegularFile)
                            .isPresent()
                    ? FileDigest.of(file)
                    : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public Path open(Artifact artifact) throws IOException {
        return ArtifactLocation.of(root.requireSame(), artifact.getUri()).existing("");
    }

    /** All of it is there. */
    @Override
    public Path openPart(Artifact artifact, Predicate<String> wanted) throws IOException {
        return open(artifact);
    }

    @Override
    public Path verified(Artifact artifact, String digestFile) throws IOException {
        ArtifactLocation location = ArtifactLocation.of(root.requireSame(), artifact.getUri());
        Path path = location.existing("");
        Path digested = isFolder(path) ? location.existing(digestFile) : path;
        long bytes = Files.size(digested);
        if (bytes != artifact.getBytes()) {
            throw damaged(artifact, digested, bytes + " bytes, announced " + artifact.getBytes());
        }
        String sha256 = FileDigest.of(digested).sha256();
        if (!sha256.equals(artifact.getSha256())) {
            throw damaged(artifact, digested, "sha256 " + sha256 + ", announced " + artifact.getSha256());
        }
        return path;
    }

    @Override
    public Path verifiedFile(Artifact artifact, String file) throws IOException {
        return verified(artifact, file).resolve(file);
    }

    private static ArtifactException damaged(Artifact artifact, Path file, String how) {
        return new ArtifactException(
                Reason.DAMAGED,
                "artifact " + artifact.getUri() + " is damaged: " + file.getFileName() + " has " + how
                        + "; take another one and check the disk");
    }

    @Override
    public Optional<Artifact> find(String runId, String name, String digestFile) throws IOException {
        ArtifactLocation location = location(runId, name);
        try {
            Path path = location.existing("");
            boolean folder = isFolder(path);
            Path digested = folder ? location.existing(digestFile) : path;
            Optional<FileDigest> written = folder ? DigestFile.read(path, digestFile) : Optional.empty();
            FileDigest digest = written.isPresent() ? written.get() : FileDigest.of(digested);
            return Optional.of(new Artifact(location.uri(), digest.sha256(), digest.bytes()));
        } catch (ArtifactException e) {
            if (e.reason() == Reason.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Reads the file whole. */
    @Override
    public void requireIntact(Artifact artifact, String digestFile) throws IOException {
        verified(artifact, digestFile);
    }

    @Override
    public List<String> list(String runId, String prefix) throws IOException {
        String group = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        Path folder = folder(runId);
        if (!group.isEmpty()) {
            folder = folder.resolve(ArtifactNames.requirePath(group.substring(0, group.length() - 1)));
        }
        if (!isFolder(folder)) {
            return List.of();
        }
        return DurableFiles.entries(folder).stream()
                .map(entry -> entry.getFileName().toString())
                .filter(ArtifactNames::isValid)
                .map(name -> group + name)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    /** Renamed first: a crash leaves no half artifact under its name. */
    @Override
    public void delete(String runId, String name) throws IOException {
        ArtifactLocation location = location(runId, name);
        Path deleted = Leftovers.DELETED.beside(location.path());
        if (Leftovers.moveIfThere(location.path(), deleted)) {
            DurableFiles.sync(location.folder());
            DurableFiles.deleteTree(deleted);
        }
    }

    /** Renamed first, beside all runs: it is all there or not there, and found again by its name if it could not be deleted whole. */
    @Override
    public void deleteRun(String runId) throws IOException {
        Path run = folder(runId);
        Optional<String> other = storeWithin(runId);
        if (other.isPresent()) {
            throw new ArtifactException(
                    Reason.REFUSED,
                    run.toUri() + " is not deleted: another artifact store lies in " + other.get()
                            + "; give it a folder that is in no other store's");
        }
        if (Leftovers.moveIfThere(run, Leftovers.DELETED.beside(run))) {
            DurableFiles.sync(root.path());
        }
        leftovers.removeOfRun(runId);
    }

    @Override
    public Optional<String> storeWithin(String runId) throws IOException {
        return StoreRoot.within(folder(runId)).map(store -> store.toUri().toString());
    }

    @Override
    public StoredBytes stored(String runId) throws IOException {
        return storeWithin(runId).isPresent() ? StoredBytes.NONE : DurableFiles.size(folder(runId));
    }

    @Override
    public StoredBytes stored(String runId, String name) throws IOException {
        return DurableFiles.size(location(runId, name).path());
    }

    @Override
    public Map<String, StoredBytes> stored() throws IOException {
        Map<String, StoredBytes> runs = new TreeMap<>();
        for (Path entry : DurableFiles.entries(root.requireSame())) {
            String name = entry.getFileName().toString();
            if (ArtifactNames.isValid(name)
                    && isFolder(entry)
                    && StoreRoot.within(entry).isEmpty()) {
                runs.put(name, DurableFiles.size(entry));
            }
        }
        return runs;
    }

    private Path folder(String runId) throws IOException {
        return root.requireSame().resolve(ArtifactNames.require("the run id", runId));
    }

    @Override
    public void removeLeftovers() throws IOException {
        root.requireSame();
        leftovers.remove();
    }

    private static boolean isFolder(Path entry) throws IOException {
        return DurableFiles.look(entry, LinkOption.NOFOLLOW_LINKS)
                .filter(BasicFileAttributes::isDirectory)
                .isPresent();
    }
}
