package io.saddle.primaltrainer.multipliers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.primaltrainer.checkpoint.ReadPosition.Estimate;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ThresholdKind;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstimateLogTest {

    private static final List<ConstraintDefinition> ACTIVE = new Submissions(new RunSpecParser(), Clock.systemUTC())
            .submission(
                    new RunSpecParser()
                            .parse(
                                    "run.yaml",
                                    "{name: r, constraints: [{id: a, threshold: 0.1, data: {classes: {4: {count: 10}}}}]}"),
                    "test")
            .constraints();

    /** The same with a threshold of 1.1 times the objective's loss. */
    private static final List<ConstraintDefinition> RELATIVE = List.of(ConstraintDefinition.newBuilder(ACTIVE.get(0))
            .setThresholdKind(ThresholdKind.RELATIVE_TO_OBJECTIVE)
            .build());

    private final EstimateLog log = new EstimateLog();

    private void add(double loss, Double reference) {
        log.add(RecordBuilders.estimate("r", "a", 65)
                .setEvaluator(ACTIVE.get(0).getEvaluator())
                .setLoss(loss)
                .setThresholdReference(reference)
                .build());
    }

    private void add(long step, int version) {
        log.add(RecordBuilders.estimate("r", "a", step)
                .setConstraintVersion(version)
                .setEvaluator(ACTIVE.get(0).getEvaluator())
                .build());
    }

    @Test
    void aLaterEstimateStandsForAnEarlierOneOnlyWhereAnyWillDo() {
        add(60, 1);
        add(69, 1);
        assertEquals(List.of(), log.missing(ACTIVE, 65));
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 65));
        add(65, 2);
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 65), "of a definition that is not in force");
        add(65, 1);
        assertEquals(List.of(), log.missingOf(ACTIVE, 65), "whatever came before it");
    }

    /** Only the newest is on record: the one asked for may have come before it. */
    @Test
    void whatWasReadByAnEarlierTrainerPassesForAllBeforeIt() {
        log.restore(Map.of("a", new Estimate(69, 1, ACTIVE.get(0).getEvaluator())));
        assertEquals(List.of(), log.missingOf(ACTIVE, 65));
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 73));
        add(77, 1);
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 73));
    }

    @Test
    void theNewestOfManyAreKept() {
        for (long step = 1; step <= 2500; step++) {
            add(step, 1);
        }
        assertEquals(List.of(), log.missingOf(ACTIVE, 1501));
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 1500));
        assertEquals(2500, log.newest().get("a").step());
    }

    /** "Every estimate is there", it was said, and the dual updater, which could make no step of it, was to blame. */
    @Test
    void anEstimateThatNoDualStepCanBeMadeOfIsStillWaitedFor() {
        LossEstimate.Builder estimate = RecordBuilders.estimate("r", "a", 65)
                .setConstraintVersion(1)
                .setEvaluator(ACTIVE.get(0).getEvaluator());
        log.add(estimate.setLoss(Double.NaN).build());
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 65));
        assertEquals(ACTIVE, log.missing(ACTIVE, 65));

        log.add(estimate.setLoss(0.1).setThresholdReference(null).build());
        assertEquals(RELATIVE, log.missingOf(RELATIVE, 65));
        assertEquals(RELATIVE, log.missing(RELATIVE, 65));
        assertEquals(List.of(), log.missingOf(ACTIVE, 65), "an absolute one needs no reference");
        assertEquals(List.of(), log.missing(ACTIVE, 65));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.1e15, -1.1e15})
    void aLossThatNoDualStepCanBeMadeWithIsStillWaitedFor(double loss) {
        add(loss, null);
        assertEquals(ACTIVE, log.missingOf(ACTIVE, 65));
        assertEquals(ACTIVE, log.missing(ACTIVE, 65));
        assertEquals(Map.of(), log.newest());
        add(1e15, null);
        assertEquals(List.of(), log.missingOf(ACTIVE, 65), "the largest that one is made with");
    }

    /** 1e15 times 1.1 is past the bound, which is that of the threshold. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e15, -1e15})
    void aReferenceThatNoThresholdCanBeMadeOfIsAsGoodAsNone(double reference) {
        add(0.1, reference);
        assertEquals(RELATIVE, log.missingOf(RELATIVE, 65));
        assertEquals(RELATIVE, log.missing(RELATIVE, 65));
        assertEquals(List.of(), log.missingOf(ACTIVE, 65), "an absolute one needs no reference");
    }

    @Test
    void anEstimateThatIsSentAnewWithItsReferenceIsThereAndStaysThere() {
        add(0.1, null);
        assertEquals(RELATIVE, log.missingOf(RELATIVE, 65));
        add(0.1, 0.5);
        assertEquals(List.of(), log.missingOf(RELATIVE, 65));
        assertEquals(List.of(), log.missing(RELATIVE, 65));
        add(0.1, null);
        assertEquals(List.of(), log.missingOf(RELATIVE, 65), "the dual updater has the one before");
    }
}
