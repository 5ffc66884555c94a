package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.Waiting;
import io.saddle.run.JudgingTime;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The wait for the score of a finished model, which is judged after COMPLETED: in seconds, or in minutes where a classifier has to be trained first. */
final class ScoreWait {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** A judge that is started anew is back within it; where there is none, no longer is waited for one. */
    private static final Duration JUDGE_AWAY = Duration.ofMinutes(1);

    private final RunState ended;
    private final Supplier<JsonNode> run;
    private final Consumer<String> note;
    private final Waiting time;

    /**
     * @param ended the run's last state
     * @param run asks for the run, in the console's JSON
     */
    ScoreWait(RunState ended, Supplier<JsonNode> run, Consumer<String> note, Waiting time) {
        this.ended = ended;
        this.run = run;
        this.note = note;
        this.time = time;
    }

    /** True if the run was trained to its end, and neither its finished model's score is there nor word that there will be none. */
    boolean isAwaited(JsonNode now) {
        return ended.phase().equals("COMPLETED")
                && !RunState.isNotJudged(now)
                && now.at("/score/step").asLong(-1) < ended.step();
    }

    /**
     * Waits until the score is there, or is not to be expected any more. That the console counts a model as judged no longer does not end
     * it: its judge may only be away.
     *
     * @param hasJustEnded false for a run that was over before anybody looked: for a judge that is not there it does not wait
     * @return the run as the console knows it then
     */
    JsonNode await(boolean hasJustEnded) {
        long began = time.nanoTime();
        JsonNode now = run.get();
        Duration longest = Duration.ZERO;
        boolean judging = RunState.isBeingJudged(now);
        if (judging) {
            longest = longest(now);
            note.accept("trained; its finished model is being judged (Ctrl-C does not end that)");
        } else if (hasJustEnded && isAwaited(now)) {
            longest = JUDGE_AWAY;
            note.accept("trained; no fid-evaluator is there that judges its finished model: it is waited for "
                    + JUDGE_AWAY.toSeconds() + " s");
        }
        while (isAwaited(now) && time.nanoTime() - began < longest.toNanos()) {
            time.pause(LOOK_EVERY);
            now = run.get();
            if (!judging && RunState.isBeingJudged(now)) {
                judging = true;
                longest = longest(now);
            }
        }
        return now;
    }

    private static Duration longest(JsonNode run) {
        return JudgingTime.longest(run.at("/spec/evaluation/finalImages").asInt());
    }
}
