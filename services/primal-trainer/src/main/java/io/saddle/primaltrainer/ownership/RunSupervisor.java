package io.saddle.primaltrainer.ownership;

import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which runs are trained here: those of the partitions that the group gave this instance, oldest first, at most so
 * many at a time. Called from the ownership's polling thread only.
 */
public final class RunSupervisor {

    private static final Logger LOG = LoggerFactory.getLogger(RunSupervisor.class);
    /** Longer than a group session: who was fenced because it lost the run has lost the partition too by then. */
    private static final Duration AFTER_FENCING = Duration.ofSeconds(10);
    /** Long enough that the status with which a run ended has been read: a finished run is not begun again for want of it. */
    private static final Duration AFTER_END = Duration.ofSeconds(2);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final RunTables tables;
    private final RunStatusTable statuses;
    private final Function<String, RunTraining> trainers;
    private final int maxConcurrentRuns;
    private final LongSupplier nanos;
    private final Set<Integer> owned = new HashSet<>();
    private final Map<String, RunTraining> training = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();

    /** @param nanos the clock, {@link System#nanoTime} but for tests */
    public RunSupervisor(
            RunTables tables,
            RunStatusTable statuses,
            Function<String, RunTraining> trainers,
            int maxConcurrentRuns,
            LongSupplier nanos) {
        this.nanos = nanos;
        this.tables = tables;
        this.statuses = statuses;
        this.trainers = trainers;
        this.maxConcurrentRuns = maxConcurrentRuns;
    }

    void assigned(Set<Integer> partitions) {
        owned.addAll(partitions);
        LOG.info("owns the runs of partitions {}", owned);
    }

    /** Ends the runs of these partitions, each with a checkpoint, and returns when they have ended. */
    void revoked(Set<Integer> partitions, Duration patience) throws InterruptedException {
        owned.removeAll(partitions);
        training.forEach((runId, trainer) -> {
            if (!isOwned(runId)) {
                trainer.requestHandover();
            }
        });
        long deadline = System.nanoTime() + patience.toNanos();
        for (Map.Entry<String, RunTraining> entry : training.entrySet()) {
            if (!isOwned(entry.getKey())) {
                entry.getValue().join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        }
        removeEnded();
    }

    /** Starts what is to be trained and has room. */
    void tick() {
        removeEnded();
        for (TrainingRun run : tables.runs()) {
            if (training.size() >= maxConcurrentRuns) {
                return;
            }
            String runId = run.getRunId();
            boolean rests = nanos.getAsLong() < notBefore.getOrDefault(runId, Long.MIN_VALUE);
            if (isOwned(runId) && !training.containsKey(runId) && !rests && needsWork(run)) {
                RunTraining trainer = trainers.apply(runId);
                training.put(runId, trainer);
                trainer.start();
            }
        }
    }

    /** True if a trainer has anything to do for the run: train it, or say that it is paused or stopped. */
    private boolean needsWork(TrainingRun run) {
        if (!tables.isComplete(run.getRunId())) {
            return false;
        }
        RunPhase phase = statuses.of(run.getRunId()).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        boolean asWished = phase == RunPhase.PAUSED && run.getDesiredState() == DesiredState.PAUSED;
        return !asWished && !RunPhases.isFinal(phase);
    }

    private void removeEnded() {
        training.values().removeIf(trainer -> {
            if (trainer.isAlive()) {
                return false;
            }
            Duration rest =
                    switch (trainer.end()) {
                        case ORDERLY -> AFTER_END;
                        case FENCED -> AFTER_FENCING;
                        case FAILED -> AFTER_FAILURE;
                    };
            notBefore.put(trainer.runId(), nanos.getAsLong() + rest.toNanos());
            return true;
        });
    }

    private boolean isOwned(String runId) {
        return owned.contains(RunPartitioner.partition(runId, Topics.RUNS.partitions()));
    }
}
