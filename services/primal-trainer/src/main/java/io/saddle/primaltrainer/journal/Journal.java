package io.saddle.primaltrainer.journal;

import io.saddle.kafka.Publisher;
import java.util.concurrent.CompletableFuture;

/** The records and files of a run, in the order in which they are appended. */
public interface Journal {

    /** One entry: files first, then records. May be done again from the start. */
    @FunctionalInterface
    interface Entry {
        void write(Publisher publisher) throws Exception;
    }

    /** Queues records, which go out at once with all that waits before them; the future tells when they are durable. */
    CompletableFuture<Void> append(Entry records) throws InterruptedException;

    /** Queues records that come all the time, and that nobody waits for: they may stay for some others to go out with them. */
    CompletableFuture<Void> appendGathered(Entry records) throws InterruptedException;

    /**
     * Queues an entry that may take long before it says anything, such as one that reads or clears up: records behind it wait, but none
     * stands in an open transaction meanwhile.
     */
    CompletableFuture<Void> appendAlone(Entry filesAndRecords) throws InterruptedException;

    /** Queues an entry that holds a copy of the model; waits while too many such are under way, to bound memory. */
    CompletableFuture<Void> appendBulk(Entry filesAndRecords) throws InterruptedException;
}
