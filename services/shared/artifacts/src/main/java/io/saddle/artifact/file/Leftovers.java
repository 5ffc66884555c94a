package io.saddle.artifact.file;

import io.saddle.artifact.ArtifactNames;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is on its way in or out of a store lies hidden beside its place, as {@code .<kind>.<unique>.<name>}; whoever is ended meanwhile
 * leaves it there.
 *
 * @param root the store's folder
 * @param age longer than any writer pauses between two files
 */
record Leftovers(Path root, Duration age) {

    /** Being written. */
    static final Kind TEMPORARY = new Kind("tmp");
    /** Replaced, or about to be. */
    static final Kind MOVED_ASIDE = new Kind("old");
    /** Being deleted. */
    static final Kind DELETED = new Kind("del");

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Pattern NAME = Pattern.compile("\\.(?<kind>tmp|old|del)\\.[^.]+\\.(?<name>.+)");

    /** A reason to be hidden. */
    record Kind(String prefix) {

        /** A place beside another one that nobody else has. */
        Path beside(Path place) {
            return place.resolveSibling("." + prefix + "." + UUID.randomUUID() + "." + place.getFileName());
        }
    }

    /** Moves what may be taken away by somebody else at any time; false if it is not there. */
    static boolean moveIfThere(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Removes what is left of a run's deletions, however old. */
    void removeOfRun(String runId) throws IOException {
        for (Path deletion : entries(entry -> isDeletionOf(runId, entry))) {
            DurableFiles.deleteTree(deletion);
        }
    }

    private List<Path> entries(Predicate<Path> wanted) throws IOException {
        return DurableFiles.entries(root).stream().filter(wanted).toList();
    }

    private static boolean isDeletionOf(String runId, Path entry) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        return name.matches()
                && name.group("kind").equals(DELETED.prefix())
                && name.group("name").equals(runId);
    }

    /**
     * Removes all that is old enough to be nobody's any more; what was moved aside and never replaced goes back. Folders that no run
     * can have, such as a disk's lost+found, are not looked into; what cannot be read or deleted is passed over, with a word in the log.
     */
    void remove() throws IOException {
        Instant before = Instant.now().minus(age);
        for (Path run :
                entries(entry -> ArtifactNames.isValid(entry.getFileName().toString()))) {
            for (Path leftover : of(run)) {
                try {
                    remove(leftover, before);
                } catch (IOException e) {
                    LOG.warn("{} stays behind, for it cannot be removed: {}", leftover, e.toString());
                }
            }
        }
    }

    private static List<Path> of(Path run) {
        try {
            return DurableFiles.find(
                    run,
                    ArtifactStore.MAX_DEPTH,
                    entry -> NAME.matcher(entry.getFileName().toString()).matches());
        } catch (IOException e) {
            LOG.warn("what dead writers left in {} stays for now: {}", run, e.toString());
            return List.of();
        }
    }

    private static void remove(Path leftover, Instant before) throws IOException {
        if (DurableFiles.lastModified(leftover).toInstant().isAfter(before)) {
            return;
        }
        Matcher name = NAME.matcher(leftover.getFileName().toString());
        if (!name.matches()) {
            return;
        }
        Path artifact = leftover.resolveSibling(name.group("name"));
        if (name.group("kind").equals(MOVED_ASIDE.prefix())
                && DurableFiles.look(artifact, LinkOption.NOFOLLOW_LINKS).isEmpty()) {
            moveIfThere(leftover, artifact);
        } else {
            DurableFiles.deleteTree(leftover);
        }
        DurableFiles.sync(artifact.getParent());
    }
}
