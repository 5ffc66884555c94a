package io.saddle.dualupdater;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The runs in a partition's store, each read when it is asked for, by a thread beside the stream thread. Closed before the store is:
 * a read of a store that is being closed ends the process. Thread-safe.
 */
final class StoredRuns implements AutoCloseable {

    private final ReadOnlyKeyValueStore<String, DualRun> store;
    private final Map<String, DualRun> read = new HashMap<>();
    private boolean closed;

    StoredRuns(ReadOnlyKeyValueStore<String, DualRun> store) {
        this.store = store;
    }

    /**
     * Null if the store does not know it.
     *
     * @throws IllegalStateException if they were closed
     */
    synchronized DualRun of(String runId) {
        requireOpen();
        if (!read.containsKey(runId)) {
            read.put(runId, store.get(runId));
        }
        return read.get(runId);
    }

    /** @throws IllegalStateException if they were closed */
    synchronized boolean areNone() {
        requireOpen();
        try (KeyValueIterator<String, DualRun> any = store.all()) {
            return !any.hasNext();
        }
    }

    /** @throws IllegalStateException if they were closed */
    synchronized Set<String> refused() {
        requireOpen();
        return RefusedRuns.of(store);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the partition was given up");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
