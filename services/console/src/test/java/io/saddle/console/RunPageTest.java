package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.schema.DesiredState;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run's page: its curves, its constraints in words, its samples, where it comes from. */
@QuarkusTest
class RunPageTest extends PageTest {

    @Test
    void aRunsPageShowsItsCurvesItsConstraintsInWordsAndItsSamplesOverTime() throws Exception {
        judgedThreeTimes();
        openRun();

        shows(".facts", "1200 of 2000");
        shows(".facts", "33.5 (N 2000)");
        shows(".facts", "2 min 0 s");
        shows(".minimised", "Objective: mean squared error of the velocity (v_prediction), unweighted");
        shows("table.constraints", "met by");
        shows("table.constraints", "mean squared error of the velocity (v_prediction), unweighted");
        assertEquals(3, browser.count("table.constraints tbody tr"));
        soon().until(() -> browser.count(".u-over") >= 8);
        assertTrue(browser.find(".chart[aria-label^='Multipliers']")
                .getAttribute("aria-label")
                .contains("digit-4 "));
        soon().until(() -> loaded("step 1200"));
        chooseModel(0);
        soon().until(() -> loaded("step 400"));
        shows("h3", "Frechet distance, small-cnn 120.5, N 2000");
        shows("main", "DDIM, 20 steps");
    }

    /** What the objective is weighted by is no constraint's, and no curve's. */
    @Test
    void aRunsPageSaysWhatIsMinimisedAndInWhichLossEachConstraintIsMeasured() throws Exception {
        String specification = TrainedRun.specification(run, STEPS)
                        .replace("training: {", "model: {prediction: epsilon}\ntraining: {minSnrGamma: 5, ")
                + "  - {id: share, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}}\n";
        assertEquals(201, post("", specification).statusCode());
        new TrainedRun(publisher, artifacts, run).train(0, 40).durable();
        openRun();

        shows(".minimised", "mean squared error of the noise (epsilon), weighted by min-SNR with gamma 5");
        shows("h3", "without the objective's weights");
        shows("table.constraints", "mean squared error of the noise (epsilon), unweighted");
        shows(
                "table.constraints",
                "share of the generated images outside the classes; trained on mean squared error of the noise (epsilon), unweighted");
        browser.picture("losses");
        browser.assertAccessible("losses");
    }

    /** Of a small classifier's features nothing may be called FID. */
    @Test
    void distancesHaveTheirRightNamesAndStandBesideThoseOfRealImages() throws Exception {
        judgedThreeTimes();
        openRun();

        shows(".facts", "Frechet distance, small-cnn");
        soon().until(() -> newestPoint("Frechet distance, small-cnn") == 1200);
        assertEquals(3, pointsOf("Frechet distance, small-cnn"), "that of an earlier release too");
        String distance = label("Frechet distance, mobilenet-v1");
        assertTrue(distance.contains("real images among themselves 2.125"), distance);
        assertTrue(distance.contains("of infinitely many samples 9.167"), distance);
        assertTrue(label("KID, small-cnn").contains("KID ± standard error 0.0335"), label("KID, small-cnn"));
        assertTrue(label("Precision and recall, small-cnn").contains("recall 0.4323"), label("Precision and recall"));
        shows("table.distances", "0.0335 ± 0.0034");
        shows("table.distances", "0.0005 ± 0.0004");
        shows("main", "classes: small-cnn (97.25 % held-out accuracy");
        browser.follow("details summary");
        shows("details table", "too few images");
        shows("details table", "863");
        assertFalse(browser.text("main").contains("FID"), browser.text("main"));
        for (boolean dark : new boolean[] {false, true}) {
            browser.dark(dark);
            String colour = dark ? "rgb(74, 222, 128)" : "rgb(22, 122, 58)";
            soon().untilAsserted(() -> assertEquals(colour, colourOfTheFloor()));
            browser.picture("distances" + (dark ? "-dark" : "-light"));
            browser.assertAccessible("distances");
        }
    }

    /** Its judge was exchanged: distances under another network are no reason to take one for better. */
    @Test
    void aBestModelThatTheNewestNetworkHasNotJudgedIsNamedWithThat() throws Exception {
        submit();
        for (double slack : new double[] {0.01, -0.02}) {
            long dualStep = slack > 0 ? 1 : 2;
            publisher
                    .send(
                            Topics.MULTIPLIERS,
                            run,
                            RecordBuilders.update(
                                            run,
                                            dualStep,
                                            20 * dualStep,
                                            RunViewsTest.row("four", 1, 0, 0.1, slack, 0.1))
                                    .build())
                    .get();
            publisher
                    .send(
                            Topics.FID_SCORES,
                            run,
                            RecordBuilders.score(run, 20 * dualStep, 50)
                                    .setFeatureExtractor(
                                            slack > 0 ? "small-cnn (64 features)" : "inception-v3 (2048 features)")
                                    .build())
                    .get();
        }
        openRun();

        shows(".facts", "step 20 not judged by inception-v3");
        JsonNode best = JSON.readTree(get("/" + run).body()).at("/judgedModels/0");
        assertTrue(best.get("fid").isNull(), best.toString());
        assertEquals("inception-v3 (2048 features)", best.get("network").asText());

        publisher
                .send(
                        Topics.FID_SCORES,
                        run,
                        RecordBuilders.score(run, 20, 7)
                                .setFeatureExtractor("inception-v3 (2048 features)")
                                .build())
                .get();
        soon().until(() -> pointsOf("FID") == 2);
        assertEquals(1, pointsOf("Frechet distance, small-cnn"), "of the same model under another network");
        for (String view : List.of("#/runs/" + run, "#/compare?runs=" + run)) {
            browser.go("about:blank").go(page + view);
            soon().until(() -> pointsOf("FID") == 2);
            assertEquals(1, pointsOf("Frechet distance, small-cnn"), view);
            browser.picture("networks-" + (view.contains("compare") ? "comparison" : "run"));
        }
    }

    /** One from the dead letters took all newer ones off the page. */
    @Test
    void aScoreThatComesLateHasItsPlaceAmongTheOthers() throws Exception {
        TrainedRun trained = judgedThreeTimes();
        openRun();
        shows(".live", "live");
        shows(".facts", "33.5 (N 2000)");
        soon().until(() -> pointsOf("Frechet distance, small-cnn") == 3);
        soon().until(() -> !browser.text("main").contains("the past is still being read"));
        chooseModel(1);
        soon().until(() -> loaded("step 800"));

        trained.judged(600, 90.5).durable();
        soon().until(() -> pointsOf("Frechet distance, small-cnn") == 4);
        assertEquals(1200, newestPoint("Frechet distance, small-cnn"));
        shows(".facts", "33.5 (N 2000)");
        assertTrue(loaded("step 800"), "another model's samples");

        trained.judged(1200, 30.25).durable();
        shows(".facts", "30.25 (N 2000)");
        assertEquals(4, pointsOf("Frechet distance, small-cnn"), "judged anew, not once more");
    }

    private static void chooseModel(int index) {
        browser.run(
                "const s = document.querySelector('input[type=range]'); s.value = arguments[0];"
                        + " s.dispatchEvent(new Event('input', {bubbles: true}));",
                index);
    }

    /** Curves take their colours when they are drawn. */
    private static String colourOfTheFloor() {
        return String.valueOf(
                browser.run("const marks = document.querySelectorAll(\".chart[aria-label^='KID'] .u-marker\");"
                        + " return getComputedStyle(marks[marks.length - 1]).borderTopColor"));
    }

    private static String label(String chart) {
        return browser.find(".chart[aria-label^='" + chart + "']").getAttribute("aria-label");
    }

    @Test
    void aRunsPageShowsWhoDoesWhichSlotOfTheRoundUnderWayAndNothingOfThatAfterwards() throws Exception {
        assertEquals(
                201,
                post("", TrainedRun.specification(run, STEPS).replace("training: {", "training: {slots: 4, "))
                        .statusCode());
        TrainedRun trained = new TrainedRun(publisher, artifacts, run)
                .status(RunPhase.TRAINING, 40, STEPS, "trains")
                .given(20, 4)
                .did(20, 0, "trainer-1")
                .did(20, 1, "trainer-22365045-91aa-43c2-9b38-4defa057215d")
                .did(20, 2, "trainer-1")
                .did(20, 3, "trainer-1")
                .durable();
        openRun();
        shows(".of-round", "Steps 21 to 40: 4 of 4 done");

        trained.given(40, 4)
                .did(40, 1, "trainer-22365045-91aa-43c2-9b38-4defa057215d")
                .couldNotDo(40, 2, "trainer-2@a-machine-with-a-long-name-4711", "there is no such device")
                .given(40, 2, 4, 1)
                .durable();

        shows(".of-round", "Steps 41 to 60: 1 of 4 done");
        shows(".slots li:nth-child(2)", "trainer-22365045, 1.3 s");
        shows(".slots li:nth-child(3)", "attempt 2");
        shows(
                ".sums",
                "2 rounds, 5 slots done since the console is up; 16.4 MB of states a round; given again 1 time;");
        shows(".sums", "by trainer-1 3, trainer-22365045 2");
        shows(
                ".problem",
                "slot 2 of the steps after 40, by trainer-2@a-machine-with-a-long-name-4711: there is no such device");
        for (Screen screen : SCREENS) {
            browser.dark(screen.dark()).size(screen.width(), screen.height());
            browser.assertAccessible("slots " + screen);
            assertFitsIn(screen.width(), "slots " + screen);
            browser.picture("slots-" + screen.width() + (screen.dark() ? "-dark" : "-light"));
        }

        trained.status(RunPhase.COMPLETED, STEPS, STEPS, "done").durable();
        shows("h1", "completed");
        soon().until(() -> browser.count(".slots") == 0);
    }

    /** JSON has no such numbers: they come as text, and the page stood still from then on. */
    @Test
    void numbersThatAreNoneHaveTheirPlaceOnARunsPage() throws Exception {
        training(run, 200)
                .judged(100, 40.5)
                .judged(200, Double.NaN)
                .estimated("digit-4", "denoising-loss", 220, Double.NaN)
                .estimated("digit-5", "denoising-loss", 220, Double.POSITIVE_INFINITY)
                .durable();
        openRun();

        shows("table.constraints", "Infinity");
        soon().untilAsserted(() -> assertEquals(
                "–",
                browser.text("table.constraints tbody tr:first-child [data-label=loss]")
                        .lines()
                        .findFirst()
                        .orElse("")));
        shows(".facts", "– (N 2000)");
        soon().until(() -> pointsOf("Frechet distance, small-cnn") == 2);
        browser.go(page + "#/compare?runs=" + run);
        shows("table", "– (N 2000)");
        soon().until(() -> browser.count(".u-over") > 3);
        browser.go(page + "#/runs?text=" + run);
        rows(run);
    }

    /** They stood there for ever, of a requirement that nobody has any more. */
    @Test
    void theAlertsOfAConstraintThatIsRetiredGo() throws Exception {
        training(run, 200)
                .alert(Severity.WARNING, "'digit-4' asks for more than there is", "raise its threshold", "digit-4")
                .alert(Severity.WARNING, "the disk is nearly full", "make room", null)
                .durable();
        openRun();
        shows(".alert", "'digit-4' asks for more than there is");
        browser.press("retire digit-4");
        browser.answer("Retire");

        soon().until(() -> !browser.text(".alert").contains("digit-4"));
        shows(".alert", "the disk is nearly full");
        shows(".timeline", "'digit-4' asks for more than there is");
    }

    /** What the page gave to the browser to keep. */
    private static String saved(String button) {
        browser.run("window.saved = null; const make = URL.createObjectURL;"
                + " URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; });"
                + " URL.createObjectURL = make; return make(blob); }");
        browser.press(button);
        soon().until(() -> browser.run("return window.saved") != null);
        return String.valueOf(browser.run("return window.saved"));
    }

    /** As in ASYNC, where each estimate of a snapshot makes one. */
    @Test
    void ofDualStepsOfOnePrimalStepTheNewestIsDrawnAsTheyComeAndAfterwards() throws Exception {
        training(run, 400);
        openRun();
        soon().until(() -> newestMultipliers().contains("digit-4 "));
        for (int more = 1; more <= 2; more++) {
            MultiplierUpdate update = MultiplierUpdate.newBuilder()
                    .setRunId(run)
                    .setDualStep(400 / TrainedRun.PRIMAL_STEPS + more)
                    .setStep(400)
                    .setConstraints(List.of(
                            RunViewsTest.row("digit-4", 1, 0, 40 + more, -2.0, 3),
                            RunViewsTest.row("digit-5", 1, 0, 1, -2.0, 3),
                            RunViewsTest.row("digit-7", 1, 0, 1, -2.0, 3)))
                    .setObjectiveWeight(0.5)
                    .setUpdatedAt(Instant.now())
                    .build();
            publisher.send(Topics.MULTIPLIERS, run, update).get();
            String drawn = "digit-4 " + (40 + more);
            soon().untilAsserted(() -> assertTrue(newestMultipliers().contains(drawn), newestMultipliers()));
        }
        browser.go(page + "#/runs");
        openRun();
        soon().untilAsserted(() -> assertTrue(newestMultipliers().contains("digit-4 42"), newestMultipliers()));
        browser.complaints();
    }

    private static String newestMultipliers() {
        return browser.find(".chart[aria-label^='Multipliers']").getAttribute("aria-label");
    }

    @Test
    void aChartsNumbersAndItsPictureAreThereToTakeAway() throws Exception {
        training(run, 400);
        openRun();
        soon().until(() -> browser.count(".u-over") > 3);
        List<String> lines = saved("Multipliers as CSV").lines().toList();
        assertEquals(
                "step,digit-4,digit-4 (least),digit-4 (greatest),digit-5,digit-5 (least),digit-5 (greatest),digit-7,digit-7"
                        + " (least),digit-7 (greatest)",
                lines.get(0));
        JsonNode curves = JSON.readTree(get("/" + run + "/history/curves").body());
        JsonNode multiplier = curves.at("/series/multiplier~1digit-4");
        int last = multiplier.get("steps").size() - 1;
        String[] newest = lines.get(lines.size() - 1).split(",");
        assertEquals(multiplier.get("steps").get(last).asText(), newest[0]);
        assertEquals(multiplier.get("mean").get(last).asDouble(), Double.parseDouble(newest[1]));
        assertTrue(saved("Losses as PNG").contains("PNG"));
        browser.complaints();
    }

    @Test
    void aRunsPageShowsWhereItComesFromAndWhatCameOfIt() throws Exception {
        training(run, 200);
        TrainingRun like = TrainingRun.newBuilder()
                .setRunId(run + "-child")
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec("{\"name\":\"" + run + "-child\",\"initialModel\":{\"folder\":\"run:" + run
                        + "@400\",\"sha256\":\"" + "0".repeat(64) + "\"}}")
                .setSpecVersion(1)
                .setConstraintIds(List.of())
                .setSubmittedAt(Instant.now())
                .setUpdatedAt(Instant.now())
                .build();
        publisher.send(Topics.RUNS, like.getRunId(), like).get();
        soon().until(() -> get("/" + like.getRunId()).statusCode() == 200);
        openRun();
        shows(".lineage", run + "-child from step 400");
        browser.run("document.querySelector('.lineage a').focus()");
        new TrainedRun(publisher, artifacts, run).status(RunPhase.TRAINING, 300, STEPS, "trains");
        shows(".facts", "300 of");
        assertEquals(
                run + "-child",
                browser.run("return document.activeElement.innerText"),
                "what is new took the focus away");
        browser.follow(".lineage a");
        shows("h1", run + "-child");
        shows(".lineage strong", run + "-child");
    }
}
