package io.saddle.dualupdater;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Marks, in a partition's store, of runs whose record could not be read. They have keys of their own, so that a task that begins finds
 * them without reading all runs.
 */
final class RefusedRuns {

    /** No run's name has a slash. */
    private static final String PREFIX = "/refused/";

    private RefusedRuns() {}

    static void mark(KeyValueStore<String, DualRun> store, String runId) {
        store.put(PREFIX + runId, DualRun.unknown(runId));
    }

    static void unmark(KeyValueStore<String, DualRun> store, String runId) {
        store.delete(PREFIX + runId);
    }

    /** The names of the marked runs. */
    static Set<String> of(ReadOnlyKeyValueStore<String, DualRun> store) {
        Set<String> found = new TreeSet<>();
        try (KeyValueIterator<String, DualRun> marked = store.prefixScan(PREFIX, new StringSerializer())) {
            marked.forEachRemaining(mark -> found.add(mark.value.runId()));
        }
        return found;
    }
}
