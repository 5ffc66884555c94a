package io.saddle.primaltrainer.ownership;

import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.service.DoublingWait;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.time.Clock;
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

    /** Each that is stopped takes memory for its final model. */
    private static final int MOST_ENDING = 4;

    private static final DoublingWait AFTER_FAILURE = new DoublingWait(Duration.ofSeconds(30), Duration.ofMinutes(15));

    private final RunTables tables;
    private final RunStatusTable statuses;
    private final Function<TrainingRun, RunTraining> trainers;
    private final int maxConcurrentRuns;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Set<Integer> owned = new HashSet<>();
    private final Map<String, Begun> training = new HashMap<>();
    private final Map<String, Rest> rests = new HashMap<>();

    /** A trainer at work, and what was wanted of its run when it began. */
    private record Begun(RunTraining trainer, DesiredState wanted, long sinceNanos) {}

    /**
     * A pause before a run is taken up again.
     *
     * @param failures that came one after the other
     * @param wanted of the run when it failed: something else that is wanted does not wait; null: everything waits
     */
    private record Rest(long untilNanos, int failures, DesiredState wanted) {}

    /**
     * @param nanos what measures pauses, {@link System#nanoTime} but for tests
     * @param clock of the time before which runs are set aside
     */
    public RunSupervisor(
            RunTables tables,
            RunStatusTable statuses,
            Function<TrainingRun, RunTraining> trainers,
            int maxConcurrentRuns,
            LongSupplier nanos,
            Clock clock) {
        this.nanos = nanos;
        this.clock = clock;
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
        training.forEach((runId, begun) -> {
            if (!isOwned(runId)) {
                begun.trainer().requestHandover();
            }
        });
        long deadline = System.nanoTime() + patience.toNanos();
        for (Map.Entry<String, Begun> entry : training.entrySet()) {
            if (!isOwned(entry.getKey())) {
                entry.getValue().trainer().join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        }
        removeEnded();
    }

    /** Starts what is to be trained and has room, and ends what is to pause or stop, which has room of its own. */
    void tick() {
        removeEnded();
        for (TrainingRun run : tables.runs()) {
            String runId = run.getRunId();
            boolean free = isOwned(runId) && !training.containsKey(runId) && !rests(run);
            if (free && needsWork(run) && hasRoom(ends(run.getDesiredState()))) {
                RunTraining trainer = trainers.apply(run);
                training.put(runId, new Begun(trainer, run.getDesiredState(), nanos.getAsLong()));
                trainer.start();
            }
        }
    }

    private boolean hasRoom(boolean toEnd) {
        long alike = training.values().stream()
                .filter(begun -> ends(begun.wanted()) == toEnd)
                .count();
        return alike < (toEnd ? MOST_ENDING : maxConcurrentRuns);
    }

    private static boolean ends(DesiredState wanted) {
        return wanted == DesiredState.PAUSED || wanted == DesiredState.STOPPED;
    }

    private boolean rests(TrainingRun run) {
        if (!ends(run.getDesiredState()) && statuses.isSetAside(run.getRunId(), clock.instant())) {
            return true;
        }
        Rest rest = rests.get(run.getRunId());
        return rest != null
                && nanos.getAsLong() < rest.untilNanos()
                && (rest.wanted() == null || rest.wanted() == run.getDesiredState());
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
        training.values().removeIf(begun -> {
            if (begun.trainer().isAlive()) {
                return false;
            }
            rests.compute(begun.trainer().runId(), (runId, before) -> restAfter(begun, before));
            return true;
        });
    }

    private Rest restAfter(Begun begun, Rest before) {
        long now = nanos.getAsLong();
        return switch (begun.trainer().end()) {
            case ORDERLY -> new Rest(now + AFTER_END.toNanos(), 0, null);
            case FENCED -> new Rest(now + AFTER_FENCING.toNanos(), 0, null);
            case UNREACHABLE -> new Rest(now + AFTER_FAILURE.first().toNanos(), 0, begun.wanted());
            case FAILED -> {
                // Who trained for long has got over what failed before.
                boolean anew = before == null
                        || now - begun.sinceNanos() > AFTER_FAILURE.longest().toNanos();
                int failures = anew ? 0 : before.failures();
                yield new Rest(now + AFTER_FAILURE.after(failures).toNanos(), failures + 1, begun.wanted());
            }
        };
    }

    private boolean isOwned(String runId) {
        return owned.contains(RunPartitioner.partition(runId, Topics.RUNS.partitions()));
    }
}
