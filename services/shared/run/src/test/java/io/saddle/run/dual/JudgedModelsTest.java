package io.saddle.run.dual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgedModelsTest {

    private JudgedModels models = new JudgedModels();

    private void dualStep(long number, long step, ConstraintMultiplier... rows) {
        models.add(MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(number)
                .setStep(step)
                .setConstraints(List.of(rows))
                .setObjectiveWeight(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    private static ConstraintMultiplier row(String id, Double loss, double threshold, double relaxation) {
        return ConstraintMultiplier.newBuilder()
                .setConstraintId(id)
                .setVersion(1)
                .setBefore(0)
                .setAfter(0)
                .setLoss(loss)
                .setThreshold(threshold)
                .setRelaxation(relaxation)
                .setMixtureWeight(0)
                .build();
    }

    private void score(long step, double fid) {
        score(step, fid, "f");
    }

    private void score(long step, double fid, String network, FeatureMeasure... measures) {
        models.add(FidScore.newBuilder()
                .setRunId("r")
                .setStep(step)
                .setDualStep(0)
                .setFid(fid)
                .setImages(1)
                .setFeatureExtractor(network)
                .setMeasures(List.of(measures))
                .setReferenceId("r")
                .setReferenceImages(1)
                .setClassFrequencies(List.of())
                .setDistanceToUniform(0)
                .setSampler("s")
                .setSeed(0)
                .setComputeMillis(0)
                .setEvaluatedAt(Instant.EPOCH)
                .build());
    }

    private List<Long> order() {
        return models.bestFirst(true).stream().map(JudgedModel::step).toList();
    }

    @Test
    void theLeastViolationComesFirstWhateverTheFid() {
        dualStep(1, 100, row("a", 0.12, 0.1, 0));
        dualStep(2, 200, row("a", 0.09, 0.1, 0));
        dualStep(3, 300, row("a", 0.15, 0.1, 0));
        score(100, 5);
        score(200, 50);
        score(300, 1);
        assertEquals(List.of(200L, 100L, 300L), order());
    }

    /** Its last row has no loss; it ranked the finished model behind all others for what was measured before. */
    @Test
    void ofAConstraintThatLeavesNothingIsAskedAnyMore() {
        dualStep(1, 100, row("a", 0.12, 0.1, 0), row("b", 0.05, 0.1, 0));
        ConstraintMultiplier leaving = ConstraintMultiplier.newBuilder(row("a", null, 0.1, 0))
                .setBefore(2)
                .build();
        dualStep(2, 200, leaving, row("b", 0.05, 0.1, 0));
        score(100, 1);
        score(200, 50);
        assertEquals(List.of(200L, 100L), order());
    }

    @Test
    void whatDiffersByLessThanAPercentIsOrderedByFid() {
        dualStep(1, 100, row("a", 0.1101, 0.1, 0));
        dualStep(2, 200, row("a", 0.1104, 0.1, 0));
        score(100, 20);
        score(200, 10);
        assertEquals(List.of(200L, 100L), order());
    }

    private static FeatureMeasure measure(String network, double frechet) {
        return FeatureMeasure.newBuilder()
                .setMetric("Frechet distance")
                .setNetwork(network)
                .setDimensions(1)
                .setImages(1)
                .setReferenceImages(1)
                .setFrechet(frechet)
                .build();
    }

    /** A distance under Inception is small beside one under another network, whatever the model. */
    @Test
    void distancesAreComparedUnderTheNetworkOfTheNewestScoreAlone() {
        score(450, 529, "small-cnn");
        score(900, 376, "small-cnn");
        score(450, 30, "inception-v3");
        assertEquals(List.of(900L, 450L), order());
        assertEquals(529, models.bestFirst(true).get(1).fid());
        assertEquals("small-cnn", models.bestFirst(true).get(1).network());

        score(900, 40, "inception-v3");
        assertEquals(List.of(450L, 900L), order(), "of two scores of the newest model the later one");
        assertEquals(30, models.bestFirst(true).get(0).fid());
    }

    @Test
    void whatThatNetworkHasNotJudgedComesBehindWhatItHas() {
        dualStep(1, 100, row("a", 0.05, 0.1, 0));
        dualStep(2, 200, row("a", 0.2, 0.1, 0));
        score(100, 10, "small-cnn");
        score(150, 300, "inception-v3");
        score(300, 200, "inception-v3");
        score(250, 1, "small-cnn");
        assertEquals(List.of(150L, 100L, 300L, 250L), order(), "what holds comes first all the same");
        assertNull(models.bestFirst(true).get(1).fid());
        assertEquals("inception-v3", models.bestFirst(true).get(1).network());
    }

    /** Every score says the distances under all networks that the run has named. */
    @Test
    void aDistanceUnderAnotherOfARunsNetworksCountsWhereThatBecomesItsFirst() {
        score(100, 10, "small-cnn", measure("small-cnn", 10), measure("inception-v3", 80));
        score(200, 20, "small-cnn", measure("small-cnn", 20), measure("inception-v3", 70));
        score(300, 90, "inception-v3", measure("inception-v3", 90));
        assertEquals(List.of(200L, 100L, 300L), order());
        assertEquals(70, models.bestFirst(true).get(0).fid());
    }

    /** Nobody has measured what is required of it. */
    @Test
    void aModelThatWasNeverMeasuredDoesNotHold() {
        score(100, 20);
        assertEquals(Double.POSITIVE_INFINITY, models.bestFirst(true).get(0).violation());
    }

    /** Its evaluator may not have been started: in ASYNC the others' dual steps go on without it. */
    @Test
    void aConstraintThatWasNeverMeasuredDoesNotHold() {
        dualStep(1, 100, row("a", 0.05, 0.1, 0), row("b", null, 0.1, 0));
        score(100, 1);
        dualStep(2, 200, row("a", null, 0.1, 0), row("b", 0.05, 0.1, 0));
        score(200, 2);
        assertEquals(List.of(200L, 100L), order());
        assertEquals(0, models.bestFirst(true).get(0).violation());
        assertEquals(Double.POSITIVE_INFINITY, models.bestFirst(true).get(1).violation());
    }

    /** No dual step follows that would say so. */
    @Test
    void afterTheLastConstraintIsRetiredNothingIsRequired() {
        dualStep(1, 100, row("a", 0.105, 0.1, 0));
        dualStep(2, 200, row("a", 0.15, 0.1, 0));
        score(100, 60);
        score(2000, 10);
        assertEquals(List.of(100L, 2000L), order(), "while it is in force");
        List<JudgedModel> retired = models.bestFirst(false);
        assertEquals(2000, retired.get(0).step());
        assertEquals(0, retired.get(0).violation());
        assertEquals(0.05, retired.get(1).violation(), 1e-12, "what was judged under it");
    }

    @Test
    void aScoreMayComeBeforeItsDualStep() {
        score(200, 10);
        score(100, 20);
        dualStep(1, 100, row("a", 0.05, 0.1, 0));
        dualStep(2, 180, row("a", 0.2, 0.1, 0));
        assertEquals(List.of(100L, 200L), order());
    }

    @Test
    void aConstraintThatADualStepDidNotMoveStandsWhereItStood() {
        dualStep(1, 100, row("a", 0.2, 0.1, 0), row("b", 0.1, 0.1, 0));
        dualStep(2, 110, row("a", null, 0.1, 0), row("b", 0.11, 0.1, 0));
        score(110, 1);
        assertEquals(1.0, models.bestFirst(true).get(0).violation(), 1e-12);
        // It has left the run: nothing is required of it any more.
        dualStep(3, 120, row("b", 0.11, 0.1, 0));
        score(120, 2);
        assertEquals(List.of(120L, 110L), order());
    }

    @Test
    void whatIsReadAgainChangesNothing() {
        dualStep(1, 100, row("a", 0.05, 0.1, 0), row("b", 0.05, 0.1, 0));
        dualStep(2, 200, row("a", null, 0.1, 0), row("b", 0.3, 0.1, 0));
        score(100, 1);
        dualStep(1, 100, row("a", 0.05, 0.1, 0), row("b", 0.05, 0.1, 0));
        assertEquals(0, models.bestFirst(true).get(0).violation());
    }

    @Test
    void theRelaxationOfTheResilientFormIsPartOfTheBound() {
        dualStep(1, 100, row("a", 0.3, 0, 0.25));
        score(100, 1);
        assertEquals(0.2, models.bestFirst(true).get(0).violation(), 1e-12);
    }

    @Test
    void withoutConstraintsTheFidDecides() {
        score(100, 20);
        score(200, 10);
        assertEquals(
                List.of(200L, 100L),
                models.bestFirst(false).stream().map(JudgedModel::step).toList());
        assertEquals(0, models.bestFirst(false).get(0).violation());
    }

    @Test
    void overManyDualStepsAModelKeepsOneCloseBefore() {
        for (int i = 1; i <= 100_000; i++) {
            dualStep(i, 10L * i, row("a", i <= 50_000 ? 0.05 : 0.2, 0.1, 0));
        }
        score(400_000, 20);
        score(900_000, 10);
        assertEquals(List.of(400_000L, 900_000L), order());
        assertEquals(1.0, models.bestFirst(true).get(1).violation(), 1e-12);
    }

    @Test
    void whoGoesOnFromTheStateKnowsTheSame() {
        dualStep(1, 100, row("a", 0.2, 0.1, 0), row("b", 0.1, 0.1, 0));
        dualStep(2, 200, row("a", 0.2, 0.1, 0), row("b", 0.1, 0.1, 0));
        dualStep(3, 300, row("a", 0.05, 0.1, 0), row("b", 0.3, 0, 0));
        score(150, 9);
        score(120, 1, "another");
        JudgedModels successor = new JudgedModels();
        successor.restore(models.state());
        JudgedModels before = models;

        for (JudgedModels each : List.of(before, successor)) {
            models = each;
            dualStep(3, 300, row("a", 0.9, 0.1, 0));
            // A dual step that does not measure b: what it was before counts.
            dualStep(4, 400, row("a", 0.05, 0.1, 0), row("b", null, 0, 0));
            score(250, 1);
            score(450, 2);
        }

        assertEquals(before.bestFirst(true), successor.bestFirst(true));
        assertEquals(List.of(250L, 150L, 120L, 450L), order());
    }
}
