package io.saddle.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The runs that somebody watches now. Thread-safe. */
final class WatchedRuns {

    private final Map<String, Integer> watchers = new ConcurrentHashMap<>();

    /** Counts one more watcher. */
    void begin(String runId) {
        watchers.merge(runId, 1, Integer::sum);
    }

    /** Counts one less. */
    void end(String runId) {
        watchers.computeIfPresent(runId, (id, number) -> number == 1 ? null : number - 1);
    }

    boolean contains(String runId) {
        return watchers.containsKey(runId);
    }
}
