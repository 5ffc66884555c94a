package io.saddle.lab.report;

import io.saddle.cli.connection.Patience;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Progress;
import io.saddle.run.JudgingTime;
import io.saddle.run.ScoreNames;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.FidScore;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Waits for what becomes of a run, as its topics tell it. */
public final class RunFollower {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private RunFollower() {}

    /**
     * Shows the run's progress until all its steps are done.
     *
     * @throws CommandException if the run fails or is deleted, or nothing is heard of it for long
     */
    public static void awaitTrained(RunSpec spec, FollowedRun history) throws InterruptedException {
        try (Progress progress = Progress.start(spec.name(), spec.training().steps())) {
            await(spec, history, seen -> {
                Optional<RunStatus> status = seen.status();
                progress.at(
                        status.map(RunStatus::getStep).orElse(0L),
                        status.map(now -> message(now, seen)).orElse("waits for a trainer"));
                return status.map(RunStatus::getPhase)
                        .filter(phase -> phase == RunPhase.COMPLETED)
                        .isPresent();
            });
        }
    }

    /**
     * The same, and until all that its topics say of the steps and the finished model is known: the last word of a run's state may come before
     * it, for they are different topics.
     *
     * @throws CommandException as {@link #awaitTrained}
     */
    public static void awaitTold(RunSpec spec, FollowedRun history) throws InterruptedException {
        awaitTrained(spec, history);
        await(spec, history, seen -> seen.summaries().size() >= spec.training().steps());
        await(spec, history, seen -> seen.finalModel().isPresent());
    }

    /**
     * Waits for {@code done}.
     *
     * @throws CommandException if the run fails or is deleted, or nothing new is heard of it for long
     */
    public static void await(RunSpec spec, FollowedRun history, Predicate<FollowedRun> done)
            throws InterruptedException {
        // While the finished model is judged nothing is heard: the longer, the more images are drawn.
        Duration whileJudged = JudgingTime.longest(spec.evaluation().finalImages());
        int heard = -1;
        long heardNanos = System.nanoTime();
        while (!done.test(history)) {
            if (history.isDeleted()) {
                throw new CommandException(ExitCode.FAILED, "run '" + spec.name() + "' was deleted");
            }
            RunPhase phase = history.status().map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
            if (phase == RunPhase.FAILED || phase == RunPhase.STOPPED) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "run '" + spec.name() + "' ended as " + phase + ": "
                                + history.status().orElseThrow().getMessage());
            }
            Duration silence = phase == RunPhase.COMPLETED ? whileJudged : Patience.SILENCE;
            int now = history.summaries().size() + history.scores().size() + history.snapshots();
            if (now != heard || phase == RunPhase.QUEUED) {
                heard = now;
                heardNanos = System.nanoTime();
            } else if (System.nanoTime() - heardNanos > silence.toNanos()) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "nothing was heard of run '" + spec.name() + "' for " + silence.toMinutes() + " minutes (phase "
                                + phase + "); './saddle status' shows the services and their logs");
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /**
     * Waits for the finished model's score.
     *
     * @throws CommandException as {@link #await}
     */
    public static void awaitJudged(RunSpec spec, FollowedRun history) throws InterruptedException {
        await(spec, history, seen -> seen.finalScore().isPresent());
    }

    private static String message(RunStatus status, FollowedRun history) {
        String phase = status.getPhase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (status.getPhase() == RunPhase.QUEUED && !status.getMessage().isEmpty()) {
            return phase + ": " + status.getMessage();
        }
        List<FidScore> scores = history.scores();
        FidScore newest = scores.isEmpty() ? null : scores.get(scores.size() - 1);
        String distance = newest == null
                ? ""
                : String.format(Locale.ROOT, ", %s %.1f", ScoreNames.named(newest), newest.getFid());
        return phase + ", dual step " + status.getDualStep() + distance;
    }
}
