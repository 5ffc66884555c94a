package io.saddle.console;

import io.saddle.run.RunQueue;
import io.saddle.run.RunTables;
import io.saddle.schema.DesiredState;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.service.ProcessDeaths;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The runs that wait for a trainer's free seat, in the order in which they get one, as far as topics tell of it. */
final class WaitingRuns {

    /**
     * A run's place among those that wait.
     *
     * @param place from 1
     */
    @Schema(name = "QueuePlace")
    record Place(
            int place,
            @Schema(description = "Runs that wait") int of,

            @Schema(description = "Why it waits, for a person")
            String reason) {}

    /** Nobody waits. */
    static final WaitingRuns NONE = new WaitingRuns();

    private final Map<String, Place> places = new HashMap<>();

    /**
     * True if the run may be one of them, as far as it itself tells: one that was paused and is to go on waits for a seat too, and so does
     * one whose trainer has gone.
     */
    static boolean mayWait(TrainingRun run, Optional<RunStatus> status, Predicate<RunStatus> trainerHasGone) {
        return run.getDesiredState() == DesiredState.RUNNING
                && (RunWorkers.RESTS.contains(phase(status))
                        || status.filter(trainerHasGone).isPresent());
    }

    /** What is shown of a run: one that waits is queued, which nobody says before a trainer has a seat for it. */
    static RunPhase shown(TrainingRun run, Optional<RunStatus> status, Predicate<RunStatus> trainerHasGone) {
        return mayWait(run, status, trainerHasGone) ? RunPhase.QUEUED : phase(status);
    }

    private static RunPhase phase(Optional<RunStatus> status) {
        return status.map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
    }

    /**
     * @param trainers those that are there
     * @param trainerHasGone true for the status of a run whose trainer is not there any more
     */
    static WaitingRuns of(
            RunTables tables,
            Function<String, Optional<RunStatus>> statuses,
            List<EvaluatorAnnouncement> trainers,
            Predicate<RunStatus> trainerHasGone,
            Instant now) {
        List<TrainingRun> runs = tables.runs().stream()
                .filter(run -> !tables.isDeleted(run.getRunId()))
                .toList();
        boolean namesAreKnown = EvaluatorTable.allSayTheirNames(trainers);
        Set<String> names =
                trainers.stream().map(EvaluatorAnnouncement::getWorker).collect(Collectors.toSet());
        Map<String, Integer> atWork = new HashMap<>();
        int taken = 0;
        for (TrainingRun run : runs) {
            Optional<RunStatus> trained = statuses.apply(run.getRunId())
                    .filter(status -> RunWorkers.isAtWork(status.getPhase()))
                    .filter(status -> !trainerHasGone.test(status));
            if (trained.isPresent()) {
                atWork.merge(RunQueue.submitter(run), 1, Integer::sum);
                if (!namesAreKnown || names.contains(trained.get().getWorker())) {
                    taken++;
                }
            }
        }
        boolean someAreSilent = trainers.stream().anyMatch(trainer -> trainer.getSeats() == 0);
        int seats = trainers.stream().mapToInt(EvaluatorAnnouncement::getSeats).sum();
        int quota = trainers.stream()
                .mapToInt(EvaluatorAnnouncement::getRunsPerSubmitter)
                .filter(limit -> limit > 0)
                .min()
                .orElse(0);
        List<TrainingRun> queue = runs.stream()
                .filter(run -> mayWait(run, statuses.apply(run.getRunId()), trainerHasGone))
                .filter(run -> statuses.apply(run.getRunId())
                        .map(RunStatus::getNotBefore)
                        .filter(until -> ProcessDeaths.isSetAside(until, now))
                        .isEmpty())
                .sorted(RunQueue.ORDER)
                .toList();
        WaitingRuns waiting = new WaitingRuns();
        for (int i = 0; i < queue.size(); i++) {
            String runId = queue.get(i).getRunId();
            String submitter = RunQueue.submitter(queue.get(i));
            boolean quotaIsTaken = quota > 0 && !submitter.isEmpty() && atWork.getOrDefault(submitter, 0) >= quota;
            String reason = reason(
                    trainers.size(), someAreSilent ? 0 : seats, taken, i, quotaIsTaken ? submitter : null, quota);
            String lost = statuses.apply(runId)
                    .filter(trainerHasGone)
                    .map(WaitingRuns::lost)
                    .orElse("");
            waiting.places.put(runId, new Place(i + 1, queue.size(), lost + reason));
        }
        return waiting;
    }

    private static String lost(RunStatus status) {
        String from = status.getCheckpoint() == null
                ? "its newest checkpoint"
                : "its checkpoint of step " + status.getCheckpoint().getStep();
        return "its trainer '" + status.getWorker() + "' has gone, and another goes on from " + from + "; ";
    }

    /** @param seats 0: not all of the trainers say how many they have */
    private static String reason(int trainers, int seats, int taken, int before, String overQuota, int quota) {
        if (trainers == 0) {
            return "no trainer is there";
        }
        if (seats == 0) {
            return "trainers of an older build say nothing of their seats";
        }
        if (overQuota != null) {
            return overQuota + " has " + quota + (quota == 1 ? " run" : " runs")
                    + " in training, which is all that one may have";
        }
        if (taken >= seats) {
            return seats == 1
                    ? "the only trainer's seat is taken"
                    : "all " + seats + " seats of the trainers are taken";
        }
        return taken + before < seats
                ? "a trainer with a free seat takes it up within seconds"
                : "the free seats go to those before it";
    }

    /** The run's place; empty if it does not wait for a seat. */
    Optional<Place> of(String runId) {
        return Optional.ofNullable(places.get(runId));
    }
}
