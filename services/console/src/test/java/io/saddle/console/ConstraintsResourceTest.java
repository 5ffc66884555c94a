package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.console.history.RunHistories;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.FidScore;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.schema.RunPhase;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The life of a constraint through REST, and what of it stands on the topics. */
@QuarkusTest
class ConstraintsResourceTest extends ConsoleTest {

    @Inject
    RunHistories histories;

    @Inject
    TopicFeed feed;

    private HttpResponse<String> change(String id, String what, String json) throws IOException, InterruptedException {
        return send("POST", "/" + run + "/constraints/" + id + "/" + what, "application/json", json);
    }

    private JsonNode changed(String id, String what, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = change(id, what, json);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private JsonNode listed(String id) throws IOException, InterruptedException {
        for (JsonNode view : JSON.readTree(get("/" + run + "/constraints").body())) {
            if (view.get("constraintId").asText().equals(id)) {
                return view;
            }
        }
        throw new AssertionError("no constraint " + id);
    }

    private List<ConstraintDefinition> versions(String id) {
        return written(Topics.CONSTRAINTS).stream()
                .filter(definition -> definition.getConstraintId().equals(id))
                .toList();
    }

    private ConstraintDefinition newest(String id) {
        List<ConstraintDefinition> versions = versions(id);
        return versions.get(versions.size() - 1);
    }

    /** The console has read it when this returns. */
    private void offer(String evaluator) throws Exception {
        EvaluatorAnnouncement announcement = EvaluatorAnnouncement.newBuilder()
                .setInstance("instance-of-" + evaluator)
                .setEvaluators(List.of(new OfferedEvaluator(evaluator, List.of("denoising-loss"), "")))
                .setBuild("1.0")
                .setHeartbeatSeconds(3600)
                .setAnnouncedAt(Instant.now())
                .build();
        publisher
                .send(Topics.EVALUATORS, announcement.getInstance(), announcement)
                .get();
        await().until(() -> feed.evaluators().kinds(evaluator).contains("denoising-loss"));
    }

    private static ConstraintMultiplier row(String id, int version, double before, double after, Double slack) {
        return RunViewsTest.row(id, version, before, after, slack, 0.1);
    }

    private void multipliers(long dualStep, ConstraintMultiplier... rows) throws Exception {
        MultiplierUpdate update = MultiplierUpdate.newBuilder()
                .setRunId(run)
                .setDualStep(dualStep)
                .setStep(20 * dualStep)
                .setConstraints(List.of(rows))
                .setObjectiveWeight(0.5)
                .setUpdatedAt(Instant.now())
                .build();
        publisher.send(Topics.MULTIPLIERS, run, update).get();
    }

    @Test
    void aThresholdIsChangedWithItsAuditAndALostRaceIsAConflict() throws Exception {
        submit();

        JsonNode view = changed(
                "four", "threshold", "{\"threshold\":0.07,\"version\":1,\"by\":\"ada\",\"reason\":\"too lax\"}");

        assertEquals(2, view.get("version").asInt());
        assertEquals("at most 0.07", view.get("required").asText());
        ConstraintDefinition two = newest("four");
        assertEquals(0.07, two.getThreshold());
        assertEquals("ada", two.getUpdatedBy());
        assertEquals("too lax", two.getReason());
        assertEquals(MultiplierHandover.KEEP, two.getMultiplierHandover());
        JsonNode lost = problem(409, change("four", "threshold", "{\"threshold\":0.5,\"version\":1}"));
        assertTrue(lost.get("detail").asText().contains("is at version 2 (by ada)"), lost.toString());
        assertEquals(2, versions("four").size(), "the lost race wrote nothing");
    }

    /** The specification was refused with so many, and the run that got them one by one stood still: no slot's result could be written. */
    @Test
    void aRunWhoseStepsAreSharedOutGetsNoMoreConstraintsThanASlotsResultHasRoomFor() throws Exception {
        String id = "a-constraint-with-a-name-that-is-as-long-as-a-name-may-be-";
        String constraint = "{id: " + id + "%d, threshold: 0.1, data: {classes: {4: {count: 50}}}}";
        String mostThatFit =
                IntStream.range(10, 29).mapToObj(constraint::formatted).collect(Collectors.joining(",", "[", "]"));
        String spec = "{name: " + run
                + ", training: {slots: 2}, dual: {mode: LOCKSTEP, primalSteps: 500, maxStaleSteps: 1000},"
                + " constraints: " + mostThatFit + "}";
        assertEquals(201, post("", spec).statusCode());

        JsonNode refused = problem(400, post("/" + run + "/constraints", constraint.formatted(29)));

        assertTrue(refused.toString().contains("20 constraints in 500 steps are too many for it"), refused.toString());
        changed(id + 10, "retire", "{}");
        assertEquals(
                201, post("/" + run + "/constraints", constraint.formatted(29)).statusCode());
    }

    @Test
    void aConstraintIsAddedInTheWordsOfASpecificationAndRetired() throws Exception {
        submit();

        HttpResponse<String> added =
                post("/" + run + "/constraints", "{id: nine, threshold: 0.3, data: {classes: {9: {}}}}");
        assertEquals(201, added.statusCode(), added.body());
        assertEquals(ConstraintState.ACTIVE, newest("nine").getState());
        problem(409, post("/" + run + "/constraints", "{id: nine, threshold: 0.3, data: {}}"));

        changed("nine", "retire", "{\"reason\":\"enough\"}");
        assertEquals(ConstraintState.RETIRED, newest("nine").getState());
        problem(409, change("nine", "threshold", "{\"threshold\":1}"));

        post("/" + run + "/constraints", "{id: nine, threshold: 0.4, initialMultiplier: 0.2, data: {}}");
        assertEquals(3, newest("nine").getVersion(), "versions go on");
        assertEquals(MultiplierHandover.RESET, newest("nine").getMultiplierHandover());
    }

    @Test
    void mistakesInAnAddedConstraintAreAllSaidAndNothingIsWritten() throws Exception {
        submit();

        JsonNode problem = problem(400, post("/" + run + "/constraints", "{id: nine, data: {clases: {9: {}}}}"));

        assertEquals(
                List.of("data.clases", "threshold"),
                paths(problem).stream().sorted().toList());
        assertEquals("the constraint has mistakes", problem.get("detail").asText(), "it is no run");
        JsonNode misfit =
                problem(400, post("/" + run + "/constraints", "{id: nine, threshold: 1, data: {classes: {11: {}}}}"));
        assertEquals(List.of("data"), paths(misfit));
        assertEquals(List.of(), versions("nine"));
    }

    @Test
    void everyConstraintSaysInWhichLossItIsMeasuredAndOnWhichItIsTrained() throws Exception {
        submit();
        String add = "/" + run + "/constraints";
        post(add, "{id: share, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}}");

        assertEquals(
                "mean squared error of the velocity (v_prediction), unweighted",
                listed("four").get("measuredIn").asText());
        assertFalse(listed("four").has("trainedOn"));
        JsonNode share = listed("share");
        assertEquals(
                "share of the generated images outside the classes",
                share.get("measuredIn").asText());
        assertEquals(
                listed("four").get("measuredIn"),
                share.get("trainedOn"),
                "what it is trained on is measured of another");
    }

    @Test
    void aShadowMeasuresBesideItsConstraintAndTakesItsPlaceWhenPromoted() throws Exception {
        submit();
        offer("pytorch-loss");

        JsonNode shadow = changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        assertEquals("four.pytorch-loss", shadow.get("constraintId").asText());
        assertEquals("SHADOW", shadow.get("state").asText());
        ConstraintDefinition record = newest("four.pytorch-loss");
        assertEquals("four", record.getShadowOf());
        assertEquals(newest("four").getData(), record.getData());
        assertEquals(1, newest("four").getVersion(), "what is in force is not touched");
        problem(409, change("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}"));
        problem(409, change("four", "promote", "{}"));
        estimated("four.pytorch-loss", "pytorch-loss");

        JsonNode promoted = changed("four.pytorch-loss", "promote", "{\"handover\":\"RESET\",\"by\":\"ada\"}");

        assertEquals("four", promoted.get("constraintId").asText());
        ConstraintDefinition now = newest("four");
        assertEquals(2, now.getVersion());
        assertEquals(ConstraintState.ACTIVE, now.getState());
        assertEquals("pytorch-loss", now.getEvaluator());
        assertEquals("denoising-loss", now.getKind());
        assertNull(now.getShadowOf());
        assertEquals(MultiplierHandover.RESET, now.getMultiplierHandover());
        assertEquals(ConstraintState.RETIRED, newest("four.pytorch-loss").getState());
    }

    /** A name with a typing mistake, or an evaluator that was never started: its constraint would never have moved again. */
    @Test
    void aShadowThatHasNeverMeasuredAnythingIsNotPromotedAndItIsSaidWhatToDo() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytroch-loss\"}");
        estimated("four.pytroch-loss", "pytorch-loss");

        String nobody = problem(409, change("four.pytroch-loss", "promote", "{}"))
                .get("detail")
                .asText();
        assertTrue(nobody.contains("was never measured by 'pytroch-loss'") && nobody.contains("start it"), nobody);
        offer("pytroch-loss");
        String notYet = problem(409, change("four.pytroch-loss", "promote", "{}"))
                .get("detail")
                .asText();
        assertTrue(notYet.contains("Wait for its first estimate"), notYet);
        assertEquals(1, newest("four").getVersion());

        estimated("four.pytroch-loss", "pytroch-loss");
        changed("four.pytroch-loss", "promote", "{}");
        assertEquals("pytroch-loss", newest("four").getEvaluator());
    }

    private static LossEstimate.Builder estimate(String id, String evaluator) {
        return LossEstimate.newBuilder()
                .setConstraintId(id)
                .setConstraintVersion(1)
                .setStep(20)
                .setDualStep(0)
                .setLoss(0.2)
                .setStandardError(0.01)
                .setSamples(256)
                .setEvaluator(evaluator)
                .setEvaluatorBuild("0.1.0")
                .setComputeMillis(300)
                .setComputedAt(Instant.EPOCH);
    }

    private void estimated(String id, String evaluator) throws Exception {
        estimated(estimate(id, evaluator));
    }

    /** The console has read it when this returns. */
    private void estimated(LossEstimate.Builder made) throws Exception {
        LossEstimate estimate = made.setRunId(run).build();
        publisher.send(Topics.LOSS_ESTIMATES, run, estimate).get();
        await().until(() -> histories
                .find(run)
                .flatMap(history -> history.newestEstimate(estimate.getConstraintId(), estimate.getEvaluator()))
                // As texts, for NaN equals nothing.
                .filter(read -> read.toString().equals(estimate.toString()))
                .isPresent());
    }

    private String refusedPromotion(String id) throws Exception {
        return problem(409, change(id, "promote", "{}")).get("detail").asText();
    }

    /** The run stopped with the first dual step that it was to be held against. */
    @Test
    void aShadowWhoseEstimatesAreNotFiniteIsNotPromoted() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        for (double loss : List.of(Double.NaN, Double.POSITIVE_INFINITY, 2e15)) {
            estimated(estimate("four.pytorch-loss", "pytorch-loss").setLoss(loss));
            String refused = refusedPromotion("four.pytorch-loss");
            assertTrue(
                    refused.contains("its estimates are not finite") && refused.contains("the log of 'pytorch-loss'"),
                    refused);
        }
        assertEquals(1, newest("four").getVersion());

        estimated("four.pytorch-loss", "pytorch-loss");
        changed("four.pytorch-loss", "promote", "{}");
        assertEquals("pytorch-loss", newest("four").getEvaluator());
    }

    @Test
    void aShadowOfARelativeThresholdIsNotPromotedWithoutWhatThatCountsFrom() throws Exception {
        submit();
        HttpResponse<String> added = post(
                "/" + run + "/constraints",
                "{id: nine, threshold: 0.3, relativeTo: objective, data: {classes: {9: {}}}}");
        assertEquals(201, added.statusCode(), added.body());
        changed("nine", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        estimated("nine.pytorch-loss", "pytorch-loss");
        String without = refusedPromotion("nine.pytorch-loss");
        assertTrue(
                without.contains("its estimates lack the reference that a relative threshold counts from")
                        && without.contains("absolute"),
                without);
        // 1.3 of it is over 1e15.
        for (double reference : List.of(Double.NaN, 9e14)) {
            estimated(estimate("nine.pytorch-loss", "pytorch-loss").setThresholdReference(reference));
            String refused = refusedPromotion("nine.pytorch-loss");
            assertTrue(refused.contains("its estimates are not finite, or over 1e15"), refused);
        }
        assertEquals(1, newest("nine").getVersion());

        estimated(estimate("nine.pytorch-loss", "pytorch-loss").setThresholdReference(0.3));
        changed("nine.pytorch-loss", "promote", "{}");
        assertEquals("pytorch-loss", newest("nine").getEvaluator());
    }

    /** A name may be given again: what was measured under it before was another shadow. */
    @Test
    void onlyEstimatesOfTheShadowAsItIsDefinedNowCount() throws Exception {
        submit();
        offer("pytorch-loss");
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        estimated("four.pytorch-loss", "pytorch-loss");
        changed("four.pytorch-loss", "retire", "{}");
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        String refused = refusedPromotion("four.pytorch-loss");
        assertTrue(
                refused.contains("was never measured by 'pytorch-loss' in its version 3")
                        && refused.contains("Wait for its first estimate"),
                refused);

        estimated(estimate("four.pytorch-loss", "pytorch-loss").setConstraintVersion(3));
        changed("four.pytorch-loss", "promote", "{}");
        assertEquals("pytorch-loss", newest("four").getEvaluator());
    }

    @Test
    void whatWasChangedWhileTheShadowMeasuredStays() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        changed("four", "threshold", "{\"threshold\":0.05}");
        estimated(estimate("four.pytorch-loss", "pytorch-loss").setConstraintVersion(2));

        changed("four.pytorch-loss", "promote", "{}");

        assertEquals(0.05, newest("four").getThreshold());
        assertEquals("pytorch-loss", newest("four").getEvaluator());
        assertEquals(3, newest("four").getVersion());
    }

    /** It was measured against one that was no longer asked for, and could not be told otherwise. */
    @Test
    void theShadowsOfAConstraintTakeItsNewThreshold() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        changed("four", "shadow", "{\"evaluator\":\"jax-loss\"}");
        changed("four.jax-loss", "retire", "{}");
        changed("five", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        changed("four", "threshold", "{\"threshold\":0.05,\"by\":\"ada\",\"reason\":\"too lax\"}");

        ConstraintDefinition shadow = newest("four.pytorch-loss");
        assertEquals(0.05, shadow.getThreshold());
        assertEquals(newest("four").getThresholdKind(), shadow.getThresholdKind());
        assertEquals(2, shadow.getVersion());
        assertEquals(ConstraintState.SHADOW, shadow.getState());
        assertEquals("pytorch-loss", shadow.getEvaluator());
        assertEquals("ada", shadow.getUpdatedBy());
        assertEquals("too lax", shadow.getReason());
        assertEquals(0.1, newest("four.jax-loss").getThreshold(), "it is retired");
        assertEquals(0.2, newest("five.pytorch-loss").getThreshold(), "it is another's");
    }

    /** Left standing, it could take the place of another requirement of the same name. */
    @Test
    void theShadowsOfAConstraintAreRetiredWithIt() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        changed("four", "shadow", "{\"evaluator\":\"jax-loss\"}");
        changed("four", "shadow", "{\"evaluator\":\"old-loss\"}");
        changed("four.old-loss", "retire", "{}");
        changed("five", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        changed("four", "retire", "{\"decay\":0.5,\"by\":\"ada\",\"reason\":\"enough\"}");

        assertEquals(ConstraintState.RETIRING, newest("four").getState());
        for (String id : List.of("four.pytorch-loss", "four.jax-loss")) {
            ConstraintDefinition shadow = newest(id);
            assertEquals(ConstraintState.RETIRED, shadow.getState(), id);
            assertEquals("ada", shadow.getUpdatedBy());
            assertEquals("enough", shadow.getReason());
        }
        assertEquals(2, newest("four.old-loss").getVersion(), "it was retired before");
        assertEquals(ConstraintState.SHADOW, newest("five.pytorch-loss").getState());
    }

    /** As an earlier release left them: a mean squared error was held against a share, and the requirement counted as met. */
    @Test
    void aShadowOfWhatItsConstraintWasBeforeIsNotPromoted() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        estimated("four.pytorch-loss", "pytorch-loss");
        ConstraintDefinition first = newest("four");
        defined(ConstraintDefinition.newBuilder(first)
                .setVersion(2)
                .setKind("class-frequency")
                .setEvaluator("class-frequency")
                .setParameters(Map.of("classifier", "digits.pt"))
                .build());

        String kind = problem(409, change("four.pytorch-loss", "promote", "{}"))
                .get("detail")
                .asText();

        assertTrue(kind.contains("kind, parameters") && kind.contains("retire 'four.pytorch-loss'"), kind);
        assertEquals(2, newest("four").getVersion());
        defined(ConstraintDefinition.newBuilder(first)
                .setVersion(3)
                .setData(newest("five").getData())
                .build());
        String data = problem(409, change("four.pytorch-loss", "promote", "{}"))
                .get("detail")
                .asText();
        assertTrue(data.contains("another data than"), data);

        changed("four.pytorch-loss", "retire", "{}");
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");
        assertEquals(newest("five").getData(), newest("four.pytorch-loss").getData(), "the way out");
    }

    /** The console has read it when this returns. */
    private void defined(ConstraintDefinition definition) throws Exception {
        publisher
                .send(Topics.CONSTRAINTS, Topics.constraintKey(run, definition.getConstraintId()), definition)
                .get();
        await().until(() -> feed.tables()
                .constraint(run, definition.getConstraintId())
                .filter(definition::equals)
                .isPresent());
    }

    @Test
    void onlyWhatIsInForceHasAShadowAndOnlyIntoItsPlaceOneIsPromoted() throws Exception {
        submit();
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        problem(409, change("four.pytorch-loss", "shadow", "{\"evaluator\":\"another\"}"));
        JsonNode threshold = problem(409, change("four.pytorch-loss", "threshold", "{\"threshold\":1}"));
        assertTrue(threshold.get("detail").asText().contains("set it there"), threshold.toString());
        changed("four", "retire", "{}");
        problem(409, change("four.pytorch-loss", "promote", "{}"));
        assertEquals(ConstraintState.RETIRED, newest("four").getState());
    }

    @Test
    void theTrainersOwnMeasureIsNoShadowOfAnotherKind() throws Exception {
        submit();

        JsonNode problem = problem(400, change("four", "shadow", "{\"evaluator\":\"minibatch-loss\"}"));

        assertEquals(List.of("evaluator"), paths(problem));
        assertEquals(List.of(), versions("four.minibatch-loss"));
    }

    @Test
    void anEvaluatorOfAnotherKindDoesNotCountAsOffered() throws Exception {
        submit();
        offer("pytorch-loss");
        HttpResponse<String> added = post(
                "/" + run + "/constraints",
                "{id: share, kind: class-frequency, evaluator: pytorch-loss, atLeast: 0.1, data: {classes: {4: {}}}}");
        assertEquals(201, added.statusCode(), added.body());
        changed("four", "shadow", "{\"evaluator\":\"pytorch-loss\"}");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> listed("four.pytorch-loss").get("evaluatorOffered").asBoolean());
        assertFalse(listed("share").get("evaluatorOffered").asBoolean());
    }

    /** At least -900 % was always met, and its multiplier went to 0. */
    @Test
    void aShareIsHeldToNoThresholdAboveOne() throws Exception {
        submit();
        String add = "/" + run + "/constraints";
        assertEquals(
                List.of("threshold"),
                paths(problem(
                        400,
                        post(add, "{id: share, kind: class-frequency, threshold: 10, data: {classes: {4: {}}}}"))));
        post(add, "{id: share, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}}");
        JsonNode refused = problem(400, change("share", "threshold", "{\"threshold\":10}"));
        assertTrue(refused.toString().contains("at most 1, was 10"), refused.toString());
        assertEquals(200, change("share", "threshold", "{\"threshold\":1}").statusCode());
    }

    @Test
    void dualSettingsAreCheckedAgainstTheConstraintsInForce() throws Exception {
        submit();
        HttpResponse<String> added = post(
                "/" + run + "/constraints", "{id: nine, threshold: 0.3, resilience: 0.9, data: {classes: {9: {}}}}");
        assertEquals(201, added.statusCode(), added.body());

        JsonNode problem = problem(400, send("PATCH", "/" + run + "/dual", "application/json", "{\"learningRate\":2}"));

        assertEquals(List.of("constraint nine"), paths(problem));
    }

    /** The decay that was given the second time was dropped, and the multiplier was 0 at once. */
    @Test
    void aRetirementThatTakesTooLongIsToldToGoFaster() throws Exception {
        submit();
        status(RunPhase.TRAINING, 20);

        changed("four", "retire", "{\"decay\":0.99}");
        changed("four", "retire", "{\"decay\":0.5}");
        assertEquals(ConstraintState.RETIRING, newest("four").getState());
        assertEquals(0.5, newest("four").getRetirementDecay());
        changed("four", "retire", "{}");
        assertEquals(ConstraintState.RETIRED, newest("four").getState());
    }

    @Test
    void aRetirementThatDecaysIsFinishedWhenTheMultiplierIsZero() throws Exception {
        submit();
        status(RunPhase.TRAINING, 20);

        changed("four", "retire", "{\"decay\":0.5}");
        assertEquals(ConstraintState.RETIRING, newest("four").getState());
        assertEquals(0.5, newest("four").getRetirementDecay());
        multipliers(1, row("four", 2, 0.8, 0.4, null));
        multipliers(2, row("four", 2, 0.0008, 0, null));

        await().atMost(Duration.ofSeconds(60)).until(() -> newest("four").getState() == ConstraintState.RETIRED);
        assertEquals(3, newest("four").getVersion());
        assertEquals("console", newest("four").getUpdatedBy());
    }

    @Test
    void theListSaysInWordsHowAConstraintStands() throws Exception {
        submit();
        multipliers(1, row("four", 1, 0, 0.2, -0.011), row("five", 1, 0.5, 0.4, 0.004));

        await().atMost(Duration.ofSeconds(30)).until(() -> listed("four").has("standing"));

        assertEquals(
                "violated by 11 %, multiplier rising",
                listed("four").get("standing").asText());
        assertEquals("met by 4 %", listed("five").get("standing").asText());
        assertEquals(0.2, listed("four").get("multiplier").asDouble());
    }

    @Test
    void anEvaluatorThatNobodyOffersIsFlaggedAtOnceAndRaisesAnAlert() throws Exception {
        submit();
        status(RunPhase.TRAINING, 20);

        JsonNode shadow = changed("four", "shadow", "{\"evaluator\":\"nobody-has-it\"}");

        assertEquals(false, shadow.get("evaluatorOffered").asBoolean());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> written(Topics.ALERTS).stream().anyMatch(ConstraintsResourceTest::namesNobody));
        offer("nobody-has-it");
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        listed("four.nobody-has-it").get("evaluatorOffered").asBoolean());
    }

    private static boolean namesNobody(Alert alert) {
        return alert.getKind() == AlertKind.EVALUATOR_SILENT
                && alert.getMessage()
                        .equals("nobody offers the evaluator 'nobody-has-it' for the kind of 'four.nobody-has-it'");
    }

    @Test
    void aRunThatHasEndedTakesNoChange() throws Exception {
        submit();
        status(RunPhase.COMPLETED, 2000);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> JSON.readTree(get("/" + run).body())
                        .get("phase")
                        .asText()
                        .equals("COMPLETED"));

        for (Map.Entry<String, String> change : Map.of(
                        "threshold", "{\"threshold\":1}", "shadow", "{\"evaluator\":\"x\"}", "retire", "{}")
                .entrySet()) {
            problem(409, change("four", change.getKey(), change.getValue()));
        }
    }

    @Test
    void whatIsNotThereIsNotFoundAndWhatMakesNoSenseIsRefused() throws Exception {
        submit();

        assertTrue(problem(404, change("six", "retire", "{}"))
                .get("detail")
                .asText()
                .contains("there are five, four"));
        assertEquals(List.of("threshold"), paths(problem(400, change("four", "threshold", "{\"threshold\":-1}"))));
        assertEquals(List.of("decay"), paths(problem(400, change("four", "retire", "{\"decay\":1.5}"))));
        assertEquals(List.of("evaluator"), paths(problem(400, change("four", "shadow", "{}"))));
        assertEquals(
                400, change("four", "promote", "{\"handover\":\"SOMETIMES\"}").statusCode());
        assertEquals(400, change("four", "retire", "{\"decai\":0.5}").statusCode(), "an unknown key");
    }

    @Test
    void theDualOptimizerIsExchangedLive() throws Exception {
        submit();

        HttpResponse<String> done = send(
                "PATCH",
                "/" + run + "/dual?revision=1",
                "application/json",
                "{\"optimizer\":\"nupi\",\"nupi\":{\"kp\":3}}");

        assertEquals(200, done.statusCode(), done.body());
        JsonNode spec = JSON.readTree(get("/" + run).body()).get("spec");
        assertEquals("nupi", spec.at("/dual/optimizer").asText());
        assertEquals(3, spec.at("/dual/nupi/kp").asDouble());
        assertEquals(2, written(Topics.RUNS).get(1).getRevision());
        problem(409, send("PATCH", "/" + run + "/dual?revision=1", "application/json", "{\"learningRate\":0.1}"));
        JsonNode refused = problem(400, send("PATCH", "/" + run + "/dual", "application/json", "{\"primalSteps\":7}"));
        assertEquals(List.of("dual.primalSteps"), paths(refused));
    }

    private void score(long step, double fid) throws Exception {
        FidScore score = RecordBuilders.score(run, step, fid)
                .setDualStep(step / 20)
                .setEvaluatedAt(Instant.now())
                .build();
        publisher.send(Topics.FID_SCORES, run, score).get();
    }

    @Test
    void judgedModelsComeWithTheLeastViolatedFirst() throws Exception {
        submit();
        multipliers(1, row("four", 1, 0, 0, 0.01));
        multipliers(2, row("four", 1, 0, 0.1, -0.02));
        score(40, 5);
        score(20, 50);
        await().untilAsserted(() -> {
            JsonNode judged = JSON.readTree(get("/" + run).body()).get("judgedModels");
            assertEquals(2, judged.size(), judged.toString());
            assertEquals(20, judged.get(0).get("step").asLong());
            assertEquals(0.2, judged.get(1).get("violation").asDouble(), 1e-9);
        });
    }
}
