package io.saddle.console.slot;

import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.service.BoundedMap;
import java.time.Instant;
import java.util.Map;

/** The rounds of runs with slots, from what comes on the topics since the console is up; of the {@value #RUNS} runs heard of last. Thread-safe. */
public final class SlotRounds {

    static final int RUNS = 1000;

    private final Map<String, RunRounds> runs = BoundedMap.leastRecentFirst(RUNS);

    public synchronized void put(SlotTask task) {
        rounds(task.getRunId()).put(task);
    }

    public synchronized void put(SlotResult result) {
        rounds(result.getRunId()).put(result);
    }

    private RunRounds rounds(String runId) {
        return runs.computeIfAbsent(runId, id -> new RunRounds());
    }

    /** A run has ended, or is no more. */
    public synchronized void forget(String runId) {
        runs.remove(runId);
    }

    /** @param slots as the run's specification says */
    public synchronized RunSlots of(String runId, int slots, Instant now) {
        RunRounds known = runs.get(runId);
        return (known == null ? new RunRounds() : known).view(slots, now);
    }
}
