package io.saddle.streams;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that Kafka Streams keeps on this machine's disk. All of it is a copy: the changelog has the truth. */
public record LocalState(Path folder) {

    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

    /**
     * True if a failure may come of damaged files; trying again would meet them again. Kafka Streams throws a
     * {@link NumberFormatException} for a damaged {@code .checkpoint}; nothing else of saddle lets one out.
     */
    boolean isToBlame(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProcessorStateException || cause instanceof NumberFormatException) {
                return true;
            }
        }
        return false;
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
            throw new UncheckedIOException(
                    "the local state in " + folder + " cannot be deleted; delete it by hand and start again", e);
        }
    }
}
