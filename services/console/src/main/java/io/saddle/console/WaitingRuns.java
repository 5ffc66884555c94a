package io.saddle.console;

import io.saddle.run.RunPhases;
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

    /** Phases without a trainer; one that was paused and is to go on waits for a seat too. */
    private static final Set<RunPhase> RESTS = Set.of(RunPhase.QUEUED, RunPhase.PAUSED);

    /** Nobody waits. */
    static final WaitingRuns NONE = new WaitingRuns();

    private final Map<String, Place> places = new HashMap<>();

    /** True if the run may be one of them, as far as it itself tells. */
    static boolean mayWait(TrainingRun run, RunPhase phase) {
        return run.getDesiredState() == DesiredState.RUNNING && RESTS.contains(phase);
    }

    /** What is shown of a run: one that was paused and is to go on is queued, which nobody says before a trainer has a seat for it. */
    static RunPhase shown(TrainingRun run, RunPhase said) {
        return mayWait(run, said) ? RunPhase.QUEUED : said;
    }

    /** @param trainers those that are there */
    static WaitingRuns of(
            RunTables tables,
            Function<String, Optional<RunStatus>> statuses,
            List<EvaluatorAnnouncement> trainers,
            Instant now) {
        List<TrainingRun> runs = tables.runs().stream()
                .filter(run -> !tables.isDeleted(run.getRunId()))
                .toList();
        Function<TrainingRun, RunPhase> phase =
                run -> statuses.apply(run.getRunId()).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        Map<String, Integer> atWork = new HashMap<>();
        int taken = 0;
        for (TrainingRun run : runs) {
            if (!RESTS.contains(phase.apply(run)) && !RunPhases.isFinal(phase.apply(run))) {
                taken++;
                atWork.merge(RunQueue.submitter(run), 1, Integer::sum);
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
                .filter(run -> mayWait(run, phase.apply(run)))
                .filter(run -> statuses.apply(run.getRunId())
                        .map(RunStatus::getNotBefore)
                        .filter(until -> ProcessDeaths.isSetAside(until, now))
                        .isEmpty())
                .sorted(RunQueue.ORDER)
                .toList();
        WaitingRuns waiting = new WaitingRuns();
        for (int i = 0; i < queue.size(); i++) {
            String submitter = RunQueue.submitter(queue.get(i));
            boolean quotaIsTaken = quota > 0 && !submitter.isEmpty() && atWork.getOrDefault(submitter, 0) >= quota;
            waiting.places.put(
                    queue.get(i).getRunId(),
                    new Place(
                            i + 1,
                            queue.size(),
                            reason(
                                    trainers.size(),
                                    someAreSilent ? 0 : seats,
                                    taken,
                                    i,
                                    quotaIsTaken ? submitter : null,
                                    quota)));
        }
        return waiting;
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
