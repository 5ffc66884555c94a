package io.saddle.primaltrainer.ownership;

import io.saddle.run.RunPhases;
import io.saddle.run.RunQueue;
import io.saddle.run.RunTables;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the runs that the group gave this instance, at most so many at a time, in the order of the queue: by name, or, beside a
 * trainer of an older build, those of its partitions. Called from the ownership's polling thread only.
 */
public final class RunSupervisor {

    private static final Logger LOG = LoggerFactory.getLogger(RunSupervisor.class);
    /** Longer than a group session: who was fenced because it lost the run knows by then whose it is. */
    private static final Duration AFTER_FENCING = Duration.ofSeconds(10);
    /** Long enough that the status with which a run ended has been read: a finished run is not begun again for want of it. */
    private static final Duration AFTER_END = Duration.ofSeconds(2);

    /** What was given but is not begun by then goes back: whoever gave it knew more, or less, than is known here. */
    private static final Duration TO_BEGIN = Duration.ofSeconds(10);

    /** Nothing could be said of what failed. */
    private static final Duration WITHOUT_KAFKA = Duration.ofSeconds(30);

    private final RunTables tables;
    private final RunStatusTable statuses;
    private final Function<TrainingRun, RunTraining> trainers;
    private final int maxConcurrentRuns;
    private final Predicate<String> slotted;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Set<Integer> owned = new HashSet<>();
    private final Map<String, Begun> training = new HashMap<>();
    private final Map<String, Rest> rests = new HashMap<>();
    /** The runs that were given by name; null where partitions are shared. */
    private Map<String, Seat> seated;

    /** Those that have ended since this trainer last told what it has, with the round that gave it each. */
    private final Map<String, Long> endedSinceTold = new HashMap<>();

    private final FailedRuns failed = new FailedRuns();
    private boolean givenUp;
    private volatile int seatsForSlots;

    /** A run that was given, by which sharing and when. */
    private record Seat(long round, long sinceNanos) {}

    /** A trainer at work, and what was wanted of its run when it began. */
    private record Begun(RunTraining trainer, DesiredState wanted) {}

    /**
     * A pause before a run is taken up again.
     *
     * @param wanted of the run when it failed: something else that is wanted does not wait; null: everything waits
     */
    private record Rest(long untilNanos, DesiredState wanted) {}

    /**
     * @param slotted true for a run whose steps are not done by its own trainer
     * @param nanos what measures pauses, {@link System#nanoTime} but for tests
     * @param clock of the time before which runs are set aside
     */
    public RunSupervisor(
            RunTables tables,
            RunStatusTable statuses,
            Function<TrainingRun, RunTraining> trainers,
            int maxConcurrentRuns,
            Predicate<String> slotted,
            LongSupplier nanos,
            Clock clock) {
        this.slotted = slotted;
        this.nanos = nanos;
        this.clock = clock;
        this.tables = tables;
        this.statuses = statuses;
        this.trainers = trainers;
        this.maxConcurrentRuns = maxConcurrentRuns;
    }

    /** Takes partitions; they count where runs are not given by name. */
    void assigned(Set<Integer> partitions) {
        owned.addAll(partitions);
    }

    /** Trains the runs of its partitions from now on: not every trainer of the group gives and takes runs by name. */
    void shareByPartitions() {
        LOG.info("owns the runs of partitions {}", owned);
        seated = null;
        handOverOthers();
    }

    /** Trains these runs from now on, and hands over what it has beside them. */
    void seated(Map<String, Long> runs) {
        long now = nanos.getAsLong();
        Map<String, Seat> before = seated == null ? Map.of() : seated;
        seated = new HashMap<>();
        runs.forEach((runId, round) -> {
            if (round.equals(endedSinceTold.get(runId))) {
                return;
            }
            Seat known = before.get(runId);
            seated.put(runId, known != null && known.round() == round ? known : new Seat(round, now));
        });
        if (!before.keySet().equals(seated.keySet())) {
            LOG.info("has the runs {}", new TreeSet<>(seated.keySet()));
        }
        handOverOthers();
    }

    /** Ends the runs of these partitions, each with a checkpoint, and returns when they have ended. */
    void revoked(Set<Integer> partitions, Duration patience) throws InterruptedException {
        owned.removeAll(partitions);
        handOverOthers();
        awaitOthers(patience);
    }

    /** Ends every run, each with a checkpoint, and returns when they have ended. */
    void handOverAll(Duration patience) throws InterruptedException {
        owned.clear();
        seated = new HashMap<>();
        handOverOthers();
        awaitOthers(patience);
    }

    private void handOverOthers() {
        training.forEach((runId, begun) -> {
            if (!isOwned(runId)) {
                begun.trainer().requestHandover();
            }
        });
    }

    private void awaitOthers(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Map.Entry<String, Begun> entry : training.entrySet()) {
            if (!isOwned(entry.getKey())) {
                entry.getValue().trainer().join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        }
        removeEnded();
    }

    /** Tells what this trainer has and can take; what it gave up before is told with that. */
    TrainerStanding tell() {
        givenUp = false;
        endedSinceTold.clear();
        Map<String, TrainerStanding.Held> held = new HashMap<>();
        if (seated != null) {
            seated.forEach((runId, seat) -> held.put(runId, new TrainerStanding.Held(seat.round(), isToEnd(runId))));
        }
        training.forEach((runId, begun) ->
                held.putIfAbsent(runId, new TrainerStanding.Held(0, RunQueue.isEnding(begun.wanted()))));
        long now = nanos.getAsLong();
        Map<String, TrainerStanding.Resting> resting = new HashMap<>();
        rests.forEach((runId, rest) -> {
            if (tables.run(runId).filter(this::rests).isPresent()) {
                String wanted = rest.wanted() == null ? null : rest.wanted().name();
                resting.put(runId, new TrainerStanding.Resting((rest.untilNanos() - now) / 1_000_000, wanted));
            }
        });
        return new TrainerStanding(maxConcurrentRuns, held, resting, failed.millisAgo(now, this::mayBeTrained));
    }

    private boolean mayBeTrained(String runId) {
        return tables.run(runId).isPresent()
                && statuses.of(runId)
                        .filter(status -> RunPhases.isFinal(status.getPhase()))
                        .isEmpty();
    }

    private boolean isToEnd(String runId) {
        Begun begun = training.get(runId);
        return begun == null
                ? tables.run(runId)
                        .map(TrainingRun::getDesiredState)
                        .filter(RunQueue::isEnding)
                        .isPresent()
                : RunQueue.isEnding(begun.wanted());
    }

    /** True if a run that was given to this trainer has come to an end here, and nobody was told so yet. */
    boolean hasGivenUp() {
        return givenUp;
    }

    /** All runs that a trainer has something to do for and that are not to rest, by all that is known here, in the order of the queue. */
    List<TrainingRun> waiting() {
        return tables.runs().stream()
                .filter(run -> needsWork(run) && !isSetAside(run) && !rests(run))
                .sorted(RunQueue.ORDER)
                .toList();
    }

    /** Starts what is to be trained and has room, and ends what is to pause or stop, which has room of its own. */
    void tick() {
        removeEnded();
        for (TrainingRun run : waiting()) {
            String runId = run.getRunId();
            boolean free = isOwned(runId) && !training.containsKey(runId);
            if (free && hasRoom(RunQueue.isEnding(run.getDesiredState()))) {
                RunTraining trainer = trainers.apply(run);
                training.put(runId, new Begun(trainer, run.getDesiredState()));
                trainer.start();
            }
        }
        giveBackIdle();
        seatsForSlots = maxConcurrentRuns
                - (int) training.values().stream()
                        .filter(begun -> !RunQueue.isEnding(begun.wanted())
                                && !slotted.test(begun.trainer().runId()))
                        .count();
    }

    /** Seats whose processor no run takes for itself: they are free, or the run has slots, which any trainer may take. Any thread. */
    public int seatsForSlots() {
        return seatsForSlots;
    }

    private void giveBackIdle() {
        if (seated == null) {
            return;
        }
        long now = nanos.getAsLong();
        seated.entrySet().removeIf(seat -> {
            boolean idle = !training.containsKey(seat.getKey())
                    && now - seat.getValue().sinceNanos() > TO_BEGIN.toNanos();
            if (idle) {
                // Else it would be given again at once, and the seat stay empty beside others that wait.
                rests.put(seat.getKey(), new Rest(now + TO_BEGIN.toNanos(), null));
                givenUp = true;
            }
            return idle;
        });
    }

    private boolean hasRoom(boolean toEnd) {
        long alike = training.values().stream()
                .filter(begun -> RunQueue.isEnding(begun.wanted()) == toEnd)
                .count();
        return alike < (toEnd ? SeatPlan.MOST_ENDING : maxConcurrentRuns);
    }

    private boolean isSetAside(TrainingRun run) {
        return !RunQueue.isEnding(run.getDesiredState()) && statuses.isSetAside(run.getRunId(), clock.instant());
    }

    private boolean rests(TrainingRun run) {
        Rest rest = rests.get(run.getRunId());
        return rest != null
                && nanos.getAsLong() < rest.untilNanos()
                && (rest.wanted() == null || rest.wanted() == run.getDesiredState());
    }

    private boolean needsWork(TrainingRun run) {
        RunPhase phase = statuses.of(run.getRunId()).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        return RunQueue.needsTrainer(run, phase) && tables.isComplete(run.getRunId());
    }

    private void removeEnded() {
        training.values().removeIf(begun -> {
            if (begun.trainer().isAlive()) {
                return false;
            }
            String ended = begun.trainer().runId();
            rests.put(ended, restAfter(begun));
            remember(begun);
            Seat given = seated == null ? null : seated.remove(ended);
            if (given != null) {
                endedSinceTold.put(ended, given.round());
                givenUp = true;
            }
            return true;
        });
    }

    private void remember(Begun begun) {
        String ended = begun.trainer().runId();
        switch (begun.trainer().end()) {
            case FAILED -> failed.failed(ended, nanos.getAsLong());
            case ORDERLY -> {
                if (!RunQueue.isEnding(begun.wanted())) {
                    failed.trained(ended);
                }
            }
            default -> {}
        }
    }

    private Rest restAfter(Begun begun) {
        long now = nanos.getAsLong();
        return switch (begun.trainer().end()) {
            case ORDERLY -> new Rest(now + AFTER_END.toNanos(), null);
            case FENCED -> new Rest(now + AFTER_FENCING.toNanos(), null);
            // For how long it rests its status says, to every trainer.
            case FAILED -> new Rest(now + AFTER_END.toNanos(), begun.wanted());
            case UNREACHABLE -> new Rest(now + WITHOUT_KAFKA.toNanos(), begun.wanted());
        };
    }

    private boolean isOwned(String runId) {
        if (seated != null) {
            return seated.containsKey(runId);
        }
        return owned.contains(RunPartitioner.partition(runId, Topics.RUNS.partitions()));
    }
}
