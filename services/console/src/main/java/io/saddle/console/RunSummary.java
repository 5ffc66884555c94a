package io.saddle.console;

import io.saddle.console.Absences.Absence;
import io.saddle.console.lifecycle.StoredArtifacts.Stored;
import io.saddle.run.JudgingTime;
import io.saddle.run.RunTables;
import io.saddle.run.ScoreNames;
import io.saddle.run.spec.RunModelAddress;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Alert;
import io.saddle.schema.FidScore;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One line of the list of runs. */
record RunSummary(
        String runId,
        String description,

        @Schema(description = "By key in order") Map<String, String> labels,

        RunLifecycle lifecycle,
        RunPhase phase,
        String desiredState,
        long step,
        long totalSteps,
        long dualStep,
        @Schema(nullable = true) Double etaSeconds,

        @Schema(nullable = true, description = "fp32 or bf16, also where the specification says auto; null until known")
        String precision,

        String message,

        @Schema(description = "The higher, the sooner it gets a free seat")
        int priority,

        @Schema(
                nullable = true,
                description = "Its place among the runs that wait for a trainer; null where it does not")
        WaitingRuns.Place queue,

        @Schema(description = "Services of which no process is alive, and what the run does without them")
        List<String> missing,

        @Schema(nullable = true, description = "The newest score by its first network")
        NewestScore newestScore,

        @Schema(description = "True after COMPLETED, while the finished model's score is still to come")
        boolean judging,

        @Schema(
                nullable = true,
                description = "Why the finished model has no score and gets none by itself, with the remedy; null else")
        String notJudged,

        @Schema(nullable = true) String worker,

        @Schema(
                nullable = true,
                description = "The run whose model it has started from; null where it is another one's or random")
        StartedFrom startedFrom,

        @Schema(nullable = true, description = "The room that its artifacts take; null until that was measured")
        Stored stored,

        Instant submittedAt,
        Instant updatedAt) {

    /** At least so long the finished model's score is expected: others may be judged before it. Then it is with the dead letters. */
    private static final Duration LEAST_JUDGING = Duration.ofHours(1);

    /**
     * A score in short.
     *
     * @param name for example FID
     */
    record NewestScore(
            long step,
            String name,

            @Schema(nullable = true, description = "Null where it is not finite, which no number of JSON can say")
            Double value) {

        static NewestScore of(FidScore score) {
            double fid = score.getFid();
            return new NewestScore(score.getStep(), ScoreNames.named(score), Double.isFinite(fid) ? fid : null);
        }
    }

    /**
     * Another run's model.
     *
     * @param step primal steps done in it
     */
    record StartedFrom(String run, long step) {

        /** Null where the run started from something else. */
        static StartedFrom of(RunSpec spec) {
            return Optional.ofNullable(spec.initialModel())
                    .flatMap(model -> RunModelAddress.of(model.folder()))
                    .map(address -> new StartedFrom(address.run(), address.step()))
                    .orElse(null);
        }
    }

    /** What its last trainer said stays beside why it waits now: it may be a reason to do something. */
    private static String message(
            Optional<RunStatus> status, Optional<WaitingRuns.Place> queue, Optional<String> notJudged) {
        if (notJudged.isPresent()) {
            return "its finished model is not judged: " + notJudged.get();
        }
        Optional<String> said = status.map(RunStatus::getMessage).filter(words -> !words.isBlank());
        if (queue.isEmpty()) {
            return said.orElse(status.isEmpty() ? "waits for a trainer" : "");
        }
        boolean beforeItWaited =
                status.filter(last -> last.getPhase() == RunPhase.QUEUED).isPresent();
        return (beforeItWaited ? said.map(words -> words + "; ").orElse("") : "") + waiting(queue.get());
    }

    private static Duration judging(Optional<RunSpec> spec) {
        return spec.map(known -> JudgingTime.longest(known.evaluation().finalImages()))
                .filter(longer -> longer.compareTo(LEAST_JUDGING) > 0)
                .orElse(LEAST_JUDGING);
    }

    private static String waiting(WaitingRuns.Place queue) {
        return (queue.of() == 1 ? "waits" : "no. " + queue.place() + " of " + queue.of() + " that wait") + ": "
                + queue.reason();
    }

    /**
     * @param spec empty if it cannot be read: the run is listed all the same
     * @param queue empty where it does not wait for a trainer
     * @param score the newest
     * @param unjudged why the finished model was not judged, where somebody has said so
     * @param judgeIsAlive whether somebody is there who would judge the finished model
     */
    static RunSummary of(
            TrainingRun run,
            Optional<RunSpec> spec,
            Map<String, String> labels,
            RunLifecycle lifecycle,
            Optional<RunStatus> status,
            Optional<WaitingRuns.Place> queue,
            List<Absence> absences,
            Optional<FidScore> score,
            Optional<Alert> unjudged,
            boolean judgeIsAlive,
            Optional<Stored> stored,
            Instant now) {
        boolean deleted = RunTables.isDeleted(lifecycle);
        Optional<RunStatus> completed = status.filter(last -> last.getPhase() == RunPhase.COMPLETED);
        boolean unscored = !deleted
                && completed
                        .filter(last -> score.map(FidScore::getStep).orElse(-1L) < last.getStep())
                        .isPresent();
        boolean judging = judgeIsAlive
                && unscored
                && unjudged.isEmpty()
                && completed
                        .filter(last -> last.getUpdatedAt().plus(judging(spec)).isAfter(now))
                        .isPresent();
        Optional<String> notJudged =
                unjudged.filter(alert -> unscored).map(alert -> alert.getMessage() + "; " + alert.getRemedy());
        return new RunSummary(
                run.getRunId(),
                spec.map(RunSpec::description).orElse("its specification cannot be read"),
                new TreeMap<>(labels),
                lifecycle,
                queue.isPresent() ? RunPhase.QUEUED : WaitingRuns.shown(run, status, any -> false),
                run.getDesiredState().name(),
                status.map(RunStatus::getStep).orElse(0L),
                spec.map(known -> known.training().steps()).orElse(0L),
                status.map(RunStatus::getDualStep).orElse(0L),
                status.filter(any -> queue.isEmpty())
                        .map(RunStatus::getEtaSeconds)
                        .orElse(null),
                status.map(RunStatus::getPrecision).orElse(null),
                message(status, queue, notJudged),
                run.getPriority(),
                queue.orElse(null),
                absences.stream().map(Absence::message).toList(),
                score.map(NewestScore::of).orElse(null),
                judging,
                notJudged.orElse(null),
                status.map(RunStatus::getWorker).orElse(null),
                spec.map(StartedFrom::of).orElse(null),
                stored.orElse(null),
                run.getSubmittedAt(),
                status.map(RunStatus::getUpdatedAt).orElse(run.getUpdatedAt()));
    }
}
