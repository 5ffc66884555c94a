package io.saddle.streams;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that Kafka Streams keeps on this machine's disk. All of it is a copy: the changelog has the truth. */
public record LocalState(Path folder) {

    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);
    private static final List<String> REFUSALS =
            List.of("read-only file system", "permission denied", "operation not permitted");

    /** True if a failure may come of damaged files; trying again would meet them again. */
    boolean isToBlame(Throwable failure) {
        return isOfFiles(failure) && unwritable(failure).isEmpty();
    }

    /** A failure in words that say what to do, where it is that the folder cannot be written; else the failure itself. */
    Throwable explained(Throwable failure) {
        Optional<String> why = isOfFiles(failure) ? unwritable(failure) : Optional.empty();
        return why.isEmpty()
                ? failure
                : new IllegalStateException(
                        "the local state in " + folder + " cannot be written: " + why.get()
                                + "; make the folder writable and start again",
                        failure);
    }

    /**
     * Kafka Streams throws a {@link NumberFormatException} for a damaged {@code .checkpoint}; nothing else of saddle lets one out.
     */
    private static boolean isOfFiles(Throwable failure) {
        return causes(failure)
                .anyMatch(cause -> cause instanceof ProcessorStateException || cause instanceof NumberFormatException);
    }

    /**
     * Why the folder cannot be written, as on a file system that is read-only: no file is damaged by that, and none could be deleted. The
     * JDK and RocksDB say so in words alone, and Kafka Streams of a folder that it cannot make does not say why.
     */
    private Optional<String> unwritable(Throwable failure) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        Optional<String> said = causes(failure)
                .filter(LocalState::isRefusal)
                .map(Throwable::toString)
                .findFirst();
        return said.isPresent() || Files.isWritable(there) ? said : Optional.of(there + " is not writable");
    }

    private static boolean isRefusal(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return cause instanceof AccessDeniedException || REFUSALS.stream().anyMatch(message::contains);
    }

    /** From the innermost, which has the reason. */
    private static Stream<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(0, cause);
        }
        return causes.stream();
    }

    /**
     * Deletes it, to be restored from the changelog. Nobody may use it any more.
     *
     * @throws UncheckedIOException if it cannot be deleted
     */
    void discard(Throwable failure) {
        LOG.error(
                "the local state in {} cannot be used; it is deleted and restored from its changelog", folder, failure);
        delete();
    }

    /** As {@link #discard}, of one that is whole, and a copy of something else. */
    void discardAsForeign() {
        LOG.warn(
                "the local state in {} is a copy of changelog topics that are no more, as when Kafka was set up anew from a"
                        + " backup; it is deleted and restored from those that there are",
                folder);
        delete();
    }

    private void delete() {
        try {
            DurableFiles.deleteTree(folder);
        } catch (IOException e) {
            throw undeletable(e);
        }
    }

    UncheckedIOException undeletable(IOException failure) {
        return new UncheckedIOException(
                "the local state in " + folder + " cannot be deleted: " + failure + "; "
                        + (unwritable(failure).isPresent() ? "make the folder writable" : "delete it by hand")
                        + " and start again",
                failure);
    }
}
