package io.saddle.console;

import io.saddle.run.RunPhases;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The trainers that the status of runs names. Who has just taken a run up may not have announced itself yet, so a trainer counts as there
 * for a while after each word of its run. Written by the reader's thread, read by any.
 */
final class RunWorkers {

    /** Phases without a trainer. */
    static final Set<RunPhase> RESTS = Set.of(RunPhase.QUEUED, RunPhase.PAUSED);

    private final EvaluatorTable processes;
    private final LongSupplier nanos;
    private final Map<String, Long> said = new ConcurrentHashMap<>();

    /** @param nanos the time in which Kafka was heard: a clock that nobody sets */
    RunWorkers(EvaluatorTable processes, LongSupplier nanos) {
        this.processes = processes;
        this.nanos = nanos;
    }

    void put(RunStatus status) {
        if (isAtWork(status.getPhase())) {
            said.put(status.getRunId(), nanos.getAsLong());
        } else {
            said.remove(status.getRunId());
        }
    }

    static boolean isAtWork(RunPhase phase) {
        return !RESTS.contains(phase) && !RunPhases.isFinal(phase);
    }

    /** True if the run is said to be at work, and its trainer is not there any more. */
    boolean hasGone(RunStatus status) {
        Long last = said.get(status.getRunId());
        return isAtWork(status.getPhase())
                && last != null
                && nanos.getAsLong() - last > Patience.LONGEST.toNanos()
                && processes.hasGone(status.getWorker());
    }
}
