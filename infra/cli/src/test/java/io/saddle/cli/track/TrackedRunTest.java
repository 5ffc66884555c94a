package io.saddle.cli.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.track.MadeRecords.Moved;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.RunPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrackedRunTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final TrackedRun run = new TrackedRun(PATIENCE);

    private static Map<String, Double> values(List<Scalar> scalars) {
        return scalars.stream().collect(Collectors.toMap(Scalar::tag, Scalar::value));
    }

    private static List<String> at(List<Scalar> scalars, String tag) {
        return scalars.stream()
                .filter(scalar -> scalar.tag().equals(tag))
                .map(scalar -> scalar.at().step() + "@" + scalar.at().millis())
                .toList();
    }

    @Test
    void aPrimalStepGivesWhatItKnows() {
        GradientSummary summary = GradientSummary.newBuilder(MadeRecords.summary("r", 7, 0.5, 1234))
                .setBlockGradientNorms(Map.of("down", 2.0))
                .build();
        List<Scalar> scalars = run.take(summary);
        assertEquals(
                Map.of(
                        "train/lagrangian", 1.0,
                        "train/gradient_norm", 3.0,
                        "train/learning_rate", 0.001,
                        "train/samples_per_second", 640.0,
                        "loss/objective", 0.5,
                        "gradient_norm/objective", 1.5,
                        "cosine_to_objective/digit-4", -0.25,
                        "block_gradient_norm/down", 2.0),
                values(scalars));
        assertTrue(scalars.stream().allMatch(scalar -> scalar.at().equals(new ReadPosition(7, 1234))));
    }

    @Test
    void aLossThatIsNoNumberIsShown() {
        assertEquals(
                Double.NaN,
                values(run.take(MadeRecords.summary("r", 1, Double.NaN, 1))).get("loss/objective"));
    }

    @Test
    void aDualStepGivesTheVectorAndTheSlacksThatMovedIt() {
        assertEquals(
                Map.of(
                        "dual/step", 1.0,
                        "mixture_weight/objective", 0.75,
                        "mixture_weight/digit-4", 0.25,
                        "mixture_weight/digit-5", 0.25,
                        "multiplier/digit-4", 0.5,
                        "multiplier/digit-5", 0.0,
                        "slack/digit-4", -0.125),
                values(run.take(MadeRecords.update(
                        "r", 1, 20, 5, new Moved("digit-4", 0.5, -0.125), new Moved("digit-5", 0, null)))));
    }

    @Test
    void aScoreGivesFidAndFrequencies() {
        assertEquals(
                Map.of("eval/fid", 12.5, "eval/distance_to_uniform", 0.25, "frequency/0", 0.75, "frequency/4", 0.25),
                values(run.take(MadeRecords.score("r", 20, false, 12.5, 9))));
    }

    @Test
    void whatATrainerDoesAgainAfterACrashIsPassedOver() {
        run.take(MadeRecords.summary("r", 1, 0.5, 10));
        run.take(MadeRecords.summary("r", 2, 0.5, 20));
        assertEquals(List.of(), run.take(MadeRecords.summary("r", 1, 0.5, 30)));
        assertEquals(List.of(), run.take(MadeRecords.summary("r", 2, 0.5, 40)));
        assertEquals(List.of("3@50"), at(run.take(MadeRecords.summary("r", 3, 0.5, 50)), "loss/objective"));
    }

    /** As in ASYNC, where the evaluator of one constraint is slower than that of another. */
    @Test
    void aVectorThatAnOlderSnapshotMovedDoesNotGoBack() {
        run.take(MadeRecords.update("r", 1, 200, 10, new Moved("fast", 1, 0.1)));
        List<Scalar> later =
                run.take(MadeRecords.update("r", 2, 100, 20, new Moved("fast", 1, null), new Moved("slow", 2, 0.2)));
        assertEquals(List.of("200@20"), at(later, "multiplier/slow"));
        assertEquals(List.of("200@20"), at(later, "multiplier/fast"));
        assertEquals(List.of("100@20"), at(later, "slack/slow"));
        assertEquals(List.of(), run.take(MadeRecords.update("r", 2, 100, 20, new Moved("slow", 2, 0.2))));
    }

    @Test
    void dualStepsOfOneSnapshotAreInOrderWhateverTheClockSays() {
        run.take(MadeRecords.update("r", 1, 20, 500, new Moved("digit-4", 1, 0.1)));
        List<Scalar> sameTime = run.take(MadeRecords.update("r", 2, 20, 500, new Moved("digit-4", 1, null)));
        List<Scalar> setBack = run.take(MadeRecords.update("r", 3, 20, 400, new Moved("digit-4", 1, null)));
        List<Scalar> next = run.take(MadeRecords.update("r", 4, 30, 410, new Moved("digit-4", 1, 0.1)));
        assertEquals(List.of("20@501"), at(sameTime, "dual/step"));
        assertEquals(List.of("20@502"), at(setBack, "dual/step"));
        assertEquals(List.of("30@410"), at(next, "dual/step"));
    }

    @Test
    void theFinishedModelsScoreIsTakenOnceBesideAnEarlierOneOfTheSameStep() {
        assertEquals(4, run.take(MadeRecords.score("r", 20, false, 12, 1)).size());
        assertEquals(4, run.take(MadeRecords.score("r", 20, true, 11, 2)).size());
        assertEquals(0, run.take(MadeRecords.score("r", 20, true, 11, 3)).size());
        assertEquals(0, run.take(MadeRecords.score("r", 10, false, 15, 4)).size());
    }

    @Test
    void aRunIsOverOnceItsFinishedModelIsJudged() {
        assertFalse(run.isOver(NOON));
        run.take(MadeRecords.status("r", RunPhase.TRAINING, 1, NOON));
        assertFalse(run.isOver(NOON));
        run.take(MadeRecords.finalModel("r", 3));
        run.take(MadeRecords.status("r", RunPhase.COMPLETED, 3, NOON));
        assertFalse(run.isOver(NOON.plus(PATIENCE)));
        assertTrue(run.isOver(NOON.plus(PATIENCE).plusMillis(1)), "waited for in vain");
        run.take(MadeRecords.score("r", 3, true, 10, NOON.toEpochMilli()));
        assertTrue(run.isOver(NOON));
    }

    @Test
    void aRunThatLeftNoModelIsOverWhenItEnds() {
        run.take(MadeRecords.status("r", RunPhase.FAILED, 1, NOON));
        assertTrue(run.isOver(NOON));
    }
}
