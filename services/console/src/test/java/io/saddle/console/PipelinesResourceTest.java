package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ClassFrequency;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.FidScore;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.StepDecision;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Pipelines over the real topics; the test is the trainer. */
@QuarkusTest
class PipelinesResourceTest extends ConsoleTest {

    private static final String RUN = "{constraints: []}";

    @TestHTTPResource("/api")
    URL api;

    @Inject
    MeterRegistry meters;

    @Inject
    ArtifactStore artifacts;

    @Inject
    TopicFeed feed;

    @Inject
    ExecutionCommands executions;

    @Inject
    PipelineSchedules schedules;

    @Inject
    RecordWriter records;

    @Inject
    SubmissionWriter submissions;

    @Inject
    Clock clock;

    @Inject
    RunSpecParser parser;

    @Inject
    SubmissionCheck check;

    @Inject
    ProjectGuard guard;

    private final String pipeline = "p-" + UUID.randomUUID();

    private HttpResponse<String> call(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(api + path))
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode ok(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> response =
                call(method, path, body.startsWith("{\"") ? "application/json" : "application/yaml", body);
        assertEquals(status, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private JsonNode execution(String id) throws Exception {
        return ok(200, "GET", "/executions/" + id, "");
    }

    private String start(String steps) throws Exception {
        ok(201, "POST", "/pipelines", "name: " + pipeline + "\nsteps: {" + steps + "}");
        return ok(201, "POST", "/pipelines/" + pipeline + "/executions", "")
                .get("executionId")
                .asText();
    }

    private static List<String> phases(JsonNode execution) {
        return StreamSupport.stream(execution.get("steps").spliterator(), false)
                .map(step -> step.get("name").asText() + " " + step.get("phase").asText())
                .toList();
    }

    private void awaitPhases(String id, String... phases) {
        await().untilAsserted(() -> assertEquals(List.of(phases), phases(execution(id))));
    }

    private void awaitRun(String runId) {
        await().untilAsserted(() -> assertEquals(200, get("/" + runId).statusCode()));
    }

    private void said(String runId, RunPhase phase, String message) throws Exception {
        RunStatus status = RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(phase)
                .setStep(50)
                .setTotalSteps(100)
                .setDualStep(0)
                .setWorker("trainer-1")
                .setMessage(message)
                .setUpdatedAt(Instant.parse("2026-01-02T03:04:05Z"))
                .build();
        publisher.send(Topics.RUN_STATUS, runId, status).get();
    }

    /** Trained and judged. */
    private void completed(String runId) throws Exception {
        FidScore score = FidScore.newBuilder()
                .setRunId(runId)
                .setStep(100)
                .setDualStep(0)
                .setLast(true)
                .setFid(21.5)
                .setImages(100)
                .setFeatureExtractor("small-cnn")
                .setReferenceId("bundled:mnist10k")
                .setReferenceImages(100)
                .setClassFrequencies(List.of(new ClassFrequency(4, 0.25, null)))
                .setDistanceToUniform(0)
                .setSampler("DDIM, 20 steps")
                .setSeed(1)
                .setComputeMillis(1)
                .setEvaluatedAt(Instant.parse("2026-01-02T03:04:05Z"))
                .build();
        publisher.send(Topics.FID_SCORES, runId, score).get();
        said(runId, RunPhase.COMPLETED, "");
    }

    private String desired(String runId) throws Exception {
        return JSON.readTree(get("/" + runId).body()).at("/desiredState").asText();
    }

    @Test
    void runsFollowEachOtherAndTheirOutputsAreThere() throws Exception {
        String id = start("first: {run: " + RUN + "}, second: {needs: first, when: {step: first, output: frechet,"
                + " below: 30}, run: {seed: 3, constraints: [], description: 'after ${steps.first.run}'}}");
        assertEquals(pipeline + "-1", id);
        awaitPhases(id, "first RUNNING", "second WAITING");
        awaitRun(id + ".first");
        said(id + ".first", RunPhase.TRAINING, "");
        await().untilAsserted(() ->
                assertEquals(0.5, execution(id).at("/steps/0/progress").doubleValue()));
        completed(id + ".first");
        awaitPhases(id, "first SUCCEEDED", "second RUNNING");
        assertEquals("21.5", execution(id).at("/steps/0/outputs/frechet").asText());
        assertEquals("0.25", execution(id).at("/steps/0/outputs/share.4").asText());
        assertEquals(id + ".first", execution(id).at("/steps/0/outputs/run").asText());
        awaitRun(id + ".second");
        JsonNode second = JSON.readTree(get("/" + id + ".second").body());
        assertEquals("after " + id + ".first", second.at("/spec/description").asText());
        said(id + ".second", RunPhase.COMPLETED, "");
        awaitPhases(id, "first SUCCEEDED", "second RUNNING");
        completed(id + ".second");
        await().untilAsserted(() ->
                assertEquals("SUCCEEDED", execution(id).get("phase").asText()));
    }

    /** What submits runs, whose artifact store is away at first. */
    private final class WithoutStore extends RunCommands {

        private static final int AWAY = 2;
        private final List<Instant> asked = new CopyOnWriteArrayList<>();

        WithoutStore() {
            super(feed, records, submissions, clock, parser, check, guard);
        }

        @Override
        TrainingRun submit(String yaml, Path folder, String submittedBy) {
            if (yaml.contains(pipeline)) {
                asked.add(clock.instant());
                if (asked.size() <= AWAY) {
                    StoreUnavailableException.letThrough(
                            new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "s3://secret does not answer"));
                }
            }
            return super.submit(yaml, folder, submittedBy);
        }
    }

    /** The step had failed for good after three seconds, as if its specification had a mistake. */
    @Test
    void aRunIsSubmittedWhenTheStoreIsThereAgain() throws Exception {
        WithoutStore commands = new WithoutStore();
        QuarkusMock.installMockForType(commands, RunCommands.class);
        String id = start("only: {run: " + RUN + "}, other: {run: " + RUN + "}");
        for (int step = 0; step < 2; step++) {
            String message = "/steps/" + step + "/message";
            await().untilAsserted(() -> assertEquals(
                    "waits to be submitted, and is tried again: the artifact store cannot be reached; the console's log"
                            + " has the reason",
                    execution(id).at(message).asText()));
        }
        awaitRun(id + ".only");
        awaitRun(id + ".other");
        assertEquals(WithoutStore.AWAY + 2, commands.asked.size(), "one asks for all");
        Duration first = Duration.between(commands.asked.get(0), commands.asked.get(1));
        Duration second = Duration.between(commands.asked.get(1), commands.asked.get(2));
        assertTrue(first.toMillis() >= 1000 && second.toMillis() >= 2000, first + " " + second);
        await().untilAsserted(() ->
                assertEquals("", execution(id).at("/steps/0/message").asText()));
    }

    private Long deadline(String id) {
        List<ExecutionStatus> statuses = written(Topics.EXECUTION_STATUS, id);
        return statuses.get(statuses.size() - 1).getSteps().get(0).getDeadlineMillis();
    }

    @Test
    void theTimeOfARunCountsFromWhenItLeavesTheQueue() throws Exception {
        String id = start("only: {run: " + RUN + ", timeout: 1h}");
        awaitRun(id + ".only");
        said(id + ".only", RunPhase.QUEUED, "");
        assertNull(deadline(id));
        said(id + ".only", RunPhase.TRAINING, "");
        await().untilAsserted(() -> assertNotNull(deadline(id)));
    }

    /** It was "being judged" for ever. */
    @Test
    void aStepWhoseFinishedModelIsNotJudgedSaysWhyAndWhatToDo() throws Exception {
        String id = start("only: {run: " + RUN + "}");
        awaitRun(id + ".only");
        said(id + ".only", RunPhase.COMPLETED, "");
        await().untilAsserted(() -> assertEquals(
                "its finished model is being judged",
                execution(id).at("/steps/0/message").asText()));
        Alert alert = Alert.newBuilder()
                .setRunId(id + ".only")
                .setKind(AlertKind.OTHER)
                .setSeverity(Severity.ERROR)
                .setMessage("the snapshot of step 50 was not evaluated: no pictures")
                .setRemedy("check the reference data")
                .setStep(50L)
                .setService("fid-evaluator")
                .setRaisedAt(Instant.parse("2026-01-02T03:04:05Z"))
                .build();
        publisher.send(Topics.ALERTS, id + ".only", alert).get();
        await().untilAsserted(() -> assertEquals(
                "its finished model is not judged: the snapshot of step 50 was not evaluated: no pictures; check the"
                        + " reference data, then './saddle dlq replay saddle.snapshots --all' has it judged",
                execution(id).at("/steps/0/message").asText()));
        completed(id + ".only");
        awaitPhases(id, "only SUCCEEDED");
    }

    @Test
    void aFailedStepIsTriedAgainWhenSomebodyAsks() throws Exception {
        String id = start("only: {run: " + RUN + "}");
        awaitRun(id + ".only");
        assertTrue(problem(409, call("POST", "/executions/" + id + "/retry", "text/plain", ""))
                .get("detail")
                .asText()
                .contains("nothing to try again"));
        said(id + ".only", RunPhase.FAILED, "the loss is not finite");
        awaitPhases(id, "only FAILED");
        assertEquals(
                "only: the loss is not finite", execution(id).get("message").asText());
        JsonNode again = ok(200, "POST", "/executions/" + id + "/retry", "");
        assertEquals("RUNNING", again.get("phase").asText(), "nobody has heard of it yet");
        assertFalse(again.has("endedAt"), again.toString());
        awaitPhases(id, "only RUNNING");
        awaitRun(id + ".only.attempt-2");
    }

    /** All that there ever was came every second, to a page that shows the newest. */
    @Test
    void aPipelineIsShownInFullOrAsFarAsIsAskedFor() throws Exception {
        String first = start("only: {approval: 'Well?'}");
        String second = ok(201, "POST", "/pipelines/" + pipeline + "/executions", "")
                .get("executionId")
                .asText();
        awaitPhases(second, "only APPROVAL");
        String path = "/pipelines/" + pipeline;

        JsonNode whole = ok(200, "GET", path, "");
        assertEquals(List.of(second, first), whole.get("executions").findValuesAsText("executionId"));
        assertTrue(whole.at("/executions/0/steps/0").has("outputs"), whole.toString());
        assertEquals(
                "Well?", whole.at("/revisions/0/definition/steps/only/approval").asText());

        JsonNode brief = ok(200, "GET", path + "?executions=1&definitions=false", "");
        assertEquals(List.of(second), brief.get("executions").findValuesAsText("executionId"));
        assertEquals("APPROVAL", brief.at("/executions/0/steps/0/phase").asText());
        assertFalse(brief.at("/executions/0/steps/0").has("outputs"), brief.toString());
        assertEquals(1, brief.at("/revisions/0/revision").asInt());
        assertTrue(brief.at("/revisions/0/definition").isNull(), brief.toString());
        assertEquals(List.of("executions"), paths(problem(400, call("GET", path + "?executions=0", "text/plain", ""))));
    }

    @Test
    void executionsAreListedInPages() throws Exception {
        String first = start("only: {approval: 'Well?'}");
        String second = ok(201, "POST", "/pipelines/" + pipeline + "/executions", "")
                .get("executionId")
                .asText();

        HttpResponse<String> page = call("GET", "/executions?limit=1", "text/plain", "");
        assertEquals(List.of(second), JSON.readTree(page.body()).findValuesAsText("executionId"));
        assertEquals(
                ok(200, "GET", "/executions", "").size(),
                page.headers().firstValueAsLong("X-Total-Count").orElse(0));
        assertTrue(page.headers().firstValue("Link").orElse("").contains("limit=1&offset=1>; rel=\"next\""));
        assertEquals(
                List.of(first),
                ok(200, "GET", "/executions?limit=1&offset=1", "").findValuesAsText("executionId"));
        assertEquals(
                List.of("limit", "offset"),
                paths(problem(400, call("GET", "/executions?limit=0&offset=-1", "text/plain", ""))));
    }

    @Test
    void pauseAndStopReachTheRuns() throws Exception {
        String id = start("only: {run: " + RUN + "}");
        awaitRun(id + ".only");
        ok(200, "POST", "/executions/" + id + "/pause", "");
        await().untilAsserted(() -> assertEquals("PAUSED", desired(id + ".only")));
        ok(200, "POST", "/executions/" + id + "/resume", "");
        await().untilAsserted(() -> assertEquals("RUNNING", desired(id + ".only")));
        ok(200, "POST", "/executions/" + id + "/stop", "");
        await().untilAsserted(() -> assertEquals("STOPPED", desired(id + ".only")));
        awaitPhases(id, "only STOPPED");
        assertTrue(problem(409, call("POST", "/executions/" + id + "/pause", "text/plain", ""))
                .get("detail")
                .asText()
                .contains("has ended (STOPPED)"));
    }

    /** The order to go on stood for ever, and a run could not be paused by itself any more. */
    @Test
    void whatAPersonWantsOfARunAfterwardsCounts() throws Exception {
        String id = start("only: {run: " + RUN + "}");
        awaitRun(id + ".only");
        ok(200, "POST", "/executions/" + id + "/pause", "");
        await().untilAsserted(() -> assertEquals("PAUSED", desired(id + ".only")));
        ok(200, "POST", "/executions/" + id + "/resume", "");
        await().untilAsserted(() -> assertEquals("RUNNING", desired(id + ".only")));
        assertEquals(200, post("/" + id + ".only/pause", "").statusCode());
        // When a later order is obeyed, the one before has been looked at again.
        ok(201, "POST", "/pipelines/" + pipeline + "/executions", "");
        awaitRun(pipeline + "-2.only");
        assertEquals(
                List.of(DesiredState.RUNNING, DesiredState.PAUSED, DesiredState.RUNNING, DesiredState.PAUSED),
                written(Topics.RUNS, id + ".only").stream()
                        .map(TrainingRun::getDesiredState)
                        .toList());
    }

    private void ordered(String id, TaskAction action, Instant when) throws Exception {
        StepTask task = new StepTask(id, "only", 1, "run", action, "{}", null, when);
        publisher.send(Topics.TASKS, id, task).get();
    }

    /** As no console writes it; the runs of all pipelines waited behind it, for ever. */
    @Test
    void anOrderThatCannotBeLookedAtIsInNobodysWay() throws Exception {
        String broken = pipeline + "-broken";
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        StepTask fork = new StepTask(broken, "only", 1, "fork", TaskAction.START, "[]", null, now);
        publisher.send(Topics.TASKS, broken, fork).get();
        awaitRun(start("only: {run: " + RUN + "}") + ".only");
        // Nobody is to meet it again.
        publisher
                .send(
                        Topics.TASKS,
                        broken,
                        new StepTask(broken, "only", 1, "fork", TaskAction.STOP, "[]", null, now.plusMillis(1)))
                .get();
    }

    private void wanted(String runId, long revision, DesiredState desired, Instant when) throws Exception {
        TrainingRun like = TrainingRun.newBuilder()
                .setRunId(runId)
                .setRevision(revision)
                .setDesiredState(desired)
                .setSpec("{}")
                .setSpecVersion(1)
                .setConstraintIds(List.of())
                .setSubmittedAt(when)
                .setUpdatedAt(when)
                .build();
        publisher.send(Topics.RUNS, runId, like).get();
        awaitRun(runId);
    }

    /** An execution that was paused or stopped while its run was being submitted: the order was passed over, and the run trained on. */
    @Test
    void anOrderThatComesWhileTheRunIsSubmittedIsObeyed() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (TaskAction action : List.of(TaskAction.PAUSE, TaskAction.STOP)) {
            String id = pipeline + "-" + action;
            ordered(id, TaskAction.START, now);
            wanted(id + ".only", 1, DesiredState.RUNNING, now.plusMillis(50));
            ordered(id, action, now.plusMillis(20));
            String state = action == TaskAction.PAUSE ? "PAUSED" : "STOPPED";
            await().untilAsserted(() -> assertEquals(state, desired(id + ".only")));
        }
    }

    /** Orders are read again by each console that starts. */
    @Test
    void anOrderOfBeforeThisConsoleIsNotObeyedOverWhatAPersonHasWantedSince() throws Exception {
        Instant before = Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
        String id = pipeline + "-old";
        wanted(id + ".only", 3, DesiredState.PAUSED, before.plusSeconds(60));
        ordered(id, TaskAction.START, before);
        ordered(id, TaskAction.RESUME, before.plusSeconds(30));
        // When a later order is obeyed, the one before has been looked at.
        String other = pipeline + "-new";
        wanted(other + ".only", 1, DesiredState.RUNNING, Instant.now());
        ordered(other, TaskAction.START, Instant.now());
        ordered(other, TaskAction.PAUSE, Instant.now());
        await().untilAsserted(() -> assertEquals("PAUSED", desired(other + ".only")));
        assertEquals(1, written(Topics.RUNS, id + ".only").size());
    }

    @Test
    void aRunThatSomebodyStopsStopsItsStep() throws Exception {
        String id = start("only: {run: " + RUN + ", retries: {times: 5}}");
        awaitRun(id + ".only");
        assertEquals(200, post("/" + id + ".only/stop", "").statusCode());
        said(id + ".only", RunPhase.STOPPED, "");
        awaitPhases(id, "only STOPPED");
    }

    @Test
    void whatIsWrongInItselfIsRefusedOnceAndSaysWhy() throws Exception {
        // Only when the step begins is it known that there is no such model.
        String id = start("first: {run: " + RUN + "}, second: {needs: first, run: {constraints: [], initialModel:"
                + " 'run:${steps.first.run}@best'}, retries: {times: 5}}");
        awaitRun(id + ".first");
        completed(id + ".first");
        awaitPhases(id, "first SUCCEEDED", "second FAILED");
        assertTrue(
                execution(id).get("message").asText().contains("there is no model of run '" + id + ".first'"),
                execution(id).toString());
    }

    @Test
    void whatIsOnlyKnownToBeWrongWhenTheStepBeginsIsSaidInFull() throws Exception {
        String id = start("first: {run: " + RUN + "}, second: {needs: first, run: {constraints: [], training: {steps:"
                + " '${steps.first.steps}', warmupSteps: 50}}}");
        awaitRun(id + ".first");
        completed(id + ".first");
        awaitPhases(id, "first SUCCEEDED", "second FAILED");
        String message = execution(id).at("/steps/1/message").asText();
        assertTrue(message.contains("a cosine needs totalSteps > warmupSteps, were 50 and 50"), message);
    }

    @Test
    void aPersonDecides() throws Exception {
        String id = start("look: {approval: 'Good enough?'}, then: {needs: look, run: " + RUN + "}");
        awaitPhases(id, "look APPROVAL", "then WAITING");
        await().until(() -> {
            Gauge waiting = meters.find("saddle.execution.steps")
                    .tag("phase", "APPROVAL")
                    .gauge();
            return waiting != null && waiting.value() >= 1;
        });
        assertEquals("Good enough?", execution(id).at("/steps/0/message").asText());
        problem(400, call("POST", "/executions/" + id + "/steps/look/decision", "application/json", "{}"));
        problem(
                409,
                call("POST", "/executions/" + id + "/steps/then/decision", "application/json", "{\"approved\": true}"));
        JsonNode tooLong = problem(
                400,
                call(
                        "POST",
                        "/executions/" + id + "/steps/look/decision",
                        "application/json",
                        "{\"approved\": true, \"reason\": \"" + "y".repeat(2001) + "\"}"));
        assertEquals(List.of("reason"), paths(tooLong));
        ok(200, "POST", "/executions/" + id + "/steps/look/decision", "{\"approved\": true, \"reason\": \"yes\"}");
        awaitPhases(id, "look SUCCEEDED", "then RUNNING");
        assertTrue(execution(id).at("/steps/0/message").asText().endsWith(": yes"));
    }

    @Test
    void aStopOfWhoHadNotHeardOfTheEndIsNone() throws Exception {
        String id = start("look: {approval: 'Good?'}");
        approve(id);
        PipelineExecution ended = feed.pipelines().execution(id).orElseThrow();
        PipelineExecution stopped = PipelineExecution.newBuilder(ended)
                .setRevision(ended.getRevision() + 1)
                .setDesiredState(DesiredState.STOPPED)
                .build();
        publisher.send(Topics.EXECUTIONS, id, stopped).get();
        await().until(() -> feed.pipelines().status(id).orElseThrow().getRevision() == stopped.getRevision());
        await().untilAsserted(() ->
                assertEquals("SUCCEEDED", execution(id).get("phase").asText()));
    }

    /** After a restore the step waited for ever: its decision was of before, and nobody could give another one. */
    @Test
    void aDecisionOfBeforeTheQuestionIsGivenAgain() throws Exception {
        String id = start("draw: {task: {kind: draw-cats}}, look: {needs: draw, approval: 'Good?'}");
        awaitPhases(id, "draw RUNNING", "look WAITING");
        PipelineExecution asked = feed.pipelines().execution(id).orElseThrow();
        PipelineExecution decided = PipelineExecution.newBuilder(asked)
                .setRevision(asked.getRevision() + 1)
                .setDecisions(List.of(new StepDecision("look", 1, true, "yes", "ann", asked.getRequestedAt())))
                .build();
        publisher.send(Topics.EXECUTIONS, id, decided).get();
        await().until(() -> feed.pipelines().status(id).orElseThrow().getRevision() == decided.getRevision());
        TaskResult result =
                new TaskResult(id, "draw", 1, TaskOutcome.DONE, "", Map.of(), "a script", asked.getRequestedAt());
        publisher.send(Topics.TASK_RESULTS, id, result).get();
        awaitPhases(id, "draw SUCCEEDED", "look APPROVAL");
        ok(200, "POST", "/executions/" + id + "/steps/look/decision", "{\"approved\": true}");
        awaitPhases(id, "draw SUCCEEDED", "look SUCCEEDED");
    }

    @Test
    void anybodyMayWorkAtAKindOfTheirOwn() throws Exception {
        String id = start("draw: {task: {kind: draw-cats, parameters: {n: 3}}}");
        awaitPhases(id, "draw RUNNING");
        TaskResult result = new TaskResult(
                id,
                "draw",
                1,
                TaskOutcome.DONE,
                "",
                Map.of("cats", "3"),
                "a script",
                Instant.parse("2026-01-02T03:04:05Z"));
        publisher.send(Topics.TASK_RESULTS, id, result).get();
        awaitPhases(id, "draw SUCCEEDED");
        assertEquals("3", execution(id).at("/steps/0/outputs/cats").asText());
    }

    @Test
    void definitionsHaveRevisionsAndAnyOfThemCanBeStarted() throws Exception {
        start("one: {approval: 'One?'}");
        JsonNode again = ok(201, "POST", "/pipelines", "name: " + pipeline + "\nsteps: {one: {approval: 'One?'}}");
        assertEquals(1, again.get("revision").intValue(), "nothing has changed");
        String second = start("two: {approval: 'Two?'}");
        awaitPhases(second, "two APPROVAL");
        String old = ok(201, "POST", "/pipelines/" + pipeline + "/executions?revision=1", "")
                .get("executionId")
                .asText();
        assertEquals(pipeline + "-3", old);
        awaitPhases(old, "one APPROVAL");
        JsonNode whole = ok(200, "GET", "/pipelines/" + pipeline, "");
        assertEquals(2, whole.at("/revisions/0/revision").intValue());
        assertEquals(pipeline, whole.at("/revisions/0/definition/name").asText());
        assertEquals(3, whole.get("executions").size());
        assertTrue(problem(404, call("POST", "/pipelines/" + pipeline + "/executions?revision=7", "text/plain", ""))
                .get("detail")
                .asText()
                .contains("the newest is 2"));
    }

    @Test
    void everyMistakeOfADefinitionAndItsRunsIsSaidAndNothingIsKept() throws Exception {
        String wrong = "name: " + pipeline + "\nsteps: {one: {run: {training: {stepps: 3}}}, two: {needs: oen, run:"
                + " {data: {classes: {4: {count: 99999}}}, constraints: []}}}";
        for (String path : List.of("/pipelines/check", "/pipelines")) {
            JsonNode problem = problem(400, call("POST", path, "application/yaml", wrong));
            assertEquals(
                    List.of("steps.one.run.training.stepps", "steps.two.needs", "steps.two.run.data"),
                    paths(problem).stream().sorted().toList(),
                    problem.toString());
        }
        assertTrue(problem(404, call("GET", "/pipelines/" + pipeline, "text/plain", ""))
                .get("detail")
                .asText()
                .contains("there is no pipeline"));
    }

    @Test
    void theExamplesHaveNoMistakes() throws Exception {
        try (Stream<Path> examples = Files.list(Path.of("../../infra/examples/pipelines"))) {
            for (Path example : examples.toList()) {
                JsonNode checked = ok(200, "POST", "/pipelines/check", Files.readString(example));
                assertEquals(
                        example.getFileName().toString(), checked.get("name").asText() + ".yaml");
            }
        }
    }

    /** A run of the name of an execution's only step; returns what the step then says. */
    private String withARunOfThatName(Instant submittedAt, String by) throws Exception {
        TrainingRun taken = TrainingRun.newBuilder()
                .setRunId(pipeline + "-1.only")
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec("{}")
                .setSpecVersion(1)
                .setConstraintIds(List.of())
                .setSubmittedAt(submittedAt)
                .setSubmittedBy(by)
                .setUpdatedAt(submittedAt)
                .build();
        publisher.send(Topics.RUNS, taken.getRunId(), taken).get();
        awaitRun(taken.getRunId());
        String id = start("only: {run: " + RUN + "}");
        awaitPhases(id, "only FAILED");
        return execution(id).get("message").asText();
    }

    @Test
    void aNameThatIsTakenIsNotTakenOver() throws Exception {
        String said = withARunOfThatName(Instant.parse("2026-01-02T03:04:05Z"), null);
        assertTrue(said.contains("was there before"), said);
    }

    /** As if the wall clock had gone back by ten minutes since the order. */
    private void orderedAhead(String id, TaskAction action, String parameters) throws Exception {
        Instant ahead = Instant.now().plus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.MILLIS);
        publisher
                .send(Topics.TASKS, id, new StepTask(id, "only", 1, "run", action, parameters, "ada", ahead))
                .get();
    }

    /** The step was refused for its own run, which trained on without it. */
    @Test
    void aClockThatGoesBackBeforeTheSubmissionRefusesNothingOfTheStepsOwn() throws Exception {
        String id = pipeline + "-back";
        orderedAhead(id, TaskAction.START, "{\"name\": \"" + id + ".only\", \"constraints\": []}");
        awaitRun(id + ".only");
        orderedAhead(id, TaskAction.PAUSE, "{}");
        await().untilAsserted(() -> assertEquals("PAUSED", desired(id + ".only")));
        assertEquals(
                List.of(TaskOutcome.UNDER_WAY),
                written(Topics.TASK_RESULTS, id).stream()
                        .map(TaskResult::getOutcome)
                        .toList());
        orderedAhead(id, TaskAction.STOP, "{}");
    }

    @Test
    void aClockThatGoesBackPutsOffNoRefusal() throws Exception {
        String id = pipeline + "-wrong";
        orderedAhead(id, TaskAction.START, "{\"name\": \"" + id + ".only\", \"training\": {\"steps\": -1}}");
        await().untilAsserted(() -> {
            List<TaskResult> said = written(Topics.TASK_RESULTS, id);
            assertEquals(
                    TaskOutcome.REFUSED,
                    said.isEmpty() ? null : said.get(said.size() - 1).getOutcome());
        });
    }

    /** Names of steps' runs can be told beforehand: somebody else's run was followed, exported and forked as the step's own. */
    @Test
    void aRunThatSomebodyElseHasSubmittedIsNotTheSteps() throws Exception {
        String said = withARunOfThatName(Instant.now(), "eve");
        assertTrue(said.contains("was submitted by eve"), said);
    }

    /** They were held against the network that a run without a model has, which takes digits. */
    @Test
    void dataForAModelThatAnotherStepMakesAreNotHeldAgainstAnotherNetwork() throws Exception {
        String pets = "pets-" + UUID.randomUUID();
        MadeDataSet.announced(artifacts, publisher, pets, 1, false);
        String steps = "pretrain: {run: " + RUN + "}, tune: {needs: pretrain, run: {%s, training: {labelDropout: 0.1},"
                + " data: {dataset: " + pets + "%s}}}";
        String known = "name: " + pipeline + "\nsteps: {" + steps.formatted("seed: 1", "") + "}";
        assertEquals(
                List.of("steps.tune.run.training", "steps.tune.run.data", "steps.tune.run.evaluation.reference"),
                paths(problem(400, call("POST", "/pipelines", "application/yaml", known))));

        String unmade = "initialModel: 'run:${steps.pretrain.run}'";
        String mistaken = "name: " + pipeline + "\nsteps: {" + steps.formatted(unmade, ", class: colour") + "}";
        assertEquals(
                List.of("steps.tune.run.data.class"),
                paths(problem(400, call("POST", "/pipelines", "application/yaml", mistaken))),
                "columns are looked at all the same");
        String id = start(steps.formatted(unmade, ""));
        awaitPhases(id, "pretrain RUNNING", "tune WAITING");
        ok(200, "POST", "/executions/" + id + "/stop", "");
    }

    @Test
    void aForkThatCannotBeMadeSaysWhy() throws Exception {
        String id = start("first: {run: " + RUN + "}, tune: {needs: first, fork: {run: '${steps.first.run}', set:"
                + " {training: {steps: 7}}}}, lost: {fork: {run: no-such-run}}");
        awaitPhases(id, "first RUNNING", "tune WAITING", "lost FAILED");
        assertTrue(execution(id).at("/steps/2/message").asText().contains("no-such-run"));
        awaitRun(id + ".first");
        completed(id + ".first");
        // The test is the trainer, and has made no model.
        awaitPhases(id, "first SUCCEEDED", "tune FAILED", "lost FAILED");
        String message = execution(id).at("/steps/1/message").asText();
        assertTrue(message.contains("run:" + id + ".first@best"), message);
    }

    private void succeed(String id) throws Exception {
        awaitRun(id + ".only");
        completed(id + ".only");
        await().untilAsserted(() ->
                assertEquals("SUCCEEDED", execution(id).get("phase").asText()));
    }

    @Test
    void aPipelineStartsAfterAnotherWithWhatThatHasMade() throws Exception {
        String follower = pipeline + "-tune";
        String definition = "name: " + follower + "\nschedule: {after: " + pipeline + "}\nsteps: {only: {run: {"
                + "constraints: [], description: 'from ${after.steps.only.run}'}}}";
        JsonNode defined = ok(201, "POST", "/pipelines", definition);
        assertEquals("after " + pipeline, defined.get("schedule").asText());
        String first = start("only: {run: " + RUN + "}");
        succeed(first);
        awaitRun(follower + "-1.only");
        JsonNode started = execution(follower + "-1");
        assertEquals(first, started.get("startedAfter").asText());
        assertEquals(
                "from " + first + ".only",
                JSON.readTree(get("/" + follower + "-1.only").body())
                        .at("/spec/description")
                        .asText());

        String second = ok(201, "POST", "/pipelines/" + pipeline + "/executions", "")
                .get("executionId")
                .asText();
        succeed(second);
        succeed(follower + "-1");
        await().untilAsserted(() -> assertEquals(
                second, execution(follower + "-2").get("startedAfter").asText(), "when the first one has ended"));

        assertTrue(problem(409, call("POST", "/pipelines/" + follower + "/executions", "text/plain", ""))
                .get("detail")
                .asText()
                .contains("--after EXECUTION"));
        ok(201, "POST", "/pipelines/" + follower + "/executions?after=" + first, "");
        String circle = "name: " + pipeline + "\nschedule: {after: " + follower + "}\nsteps: {only: {run: {}}}";
        assertTrue(problem(400, call("POST", "/pipelines", "application/yaml", circle))
                .get("problems")
                .toString()
                .contains("start each other for ever"));
    }

    private String looked(String name) throws Exception {
        String id = ok(201, "POST", "/pipelines/" + name + "/executions", "")
                .get("executionId")
                .asText();
        approve(id);
        return id;
    }

    private void approve(String id) throws Exception {
        awaitPhases(id, "look APPROVAL");
        ok(200, "POST", "/executions/" + id + "/steps/look/decision", "{\"approved\": true}");
        awaitPhases(id, "look SUCCEEDED");
    }

    private ExecutionRetention keeping(int kept) {
        return new ExecutionRetention(feed, executions, schedules, kept);
    }

    private boolean isThere(String id) throws Exception {
        return call("GET", "/executions/" + id, "text/plain", "").statusCode() == 200;
    }

    /** The console kept all in memory, whose end a pipeline that runs every hour comes to. */
    @Test
    void ofOldExecutionsThoseStayThatSchedulesGoBy() throws Exception {
        String follower = "a-" + pipeline;
        ok(201, "POST", "/pipelines", "name: " + pipeline + "\nsteps: {look: {approval: 'Good?'}}");
        String first = looked(pipeline);
        ok(
                201,
                "POST",
                "/pipelines",
                "name: " + follower + "\nschedule: {after: " + pipeline + "}\nsteps: {look: {approval: 'Good?'}}");
        String second = looked(pipeline);
        awaitPhases(follower + "-1", "look APPROVAL");
        String third = looked(pipeline);
        String fourth = looked(pipeline);
        keeping(0).start();
        keeping(1).look();
        assertFalse(isThere(first));
        assertFalse(isThere(second), "something was started after it");
        assertTrue(isThere(third), "something is to be started after it");
        assertTrue(isThere(fourth));
        await().until(() -> feed.pipelines().status(first).isEmpty());

        approve(follower + "-1");
        awaitPhases(follower + "-2", "look APPROVAL");
        assertEquals(third, execution(follower + "-2").get("startedAfter").asText());
        approve(follower + "-2");
        awaitPhases(follower + "-3", "look APPROVAL");
        keeping(1).look();
        assertFalse(isThere(follower + "-1"));
        assertTrue(isThere(follower + "-2"), "or it would be started again after what is still there");
        assertFalse(isThere(third));
        keeping(1).look();
        assertFalse(isThere(follower + "-2"));
        assertTrue(isThere(follower + "-3"), "it goes on");
        assertEquals(pipeline + "-5", looked(pipeline));
    }

    private String drawn(String note) throws Exception {
        String id = start("draw: {task: {kind: draw-cats}}");
        awaitPhases(id, "draw RUNNING");
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        TaskResult result = new TaskResult(id, "draw", 1, TaskOutcome.DONE, "", Map.of("note", note), "a script", now);
        publisher.send(Topics.TASK_RESULTS, id, result).get();
        awaitPhases(id, "draw SUCCEEDED");
        return id;
    }

    /** It was started and went on for ever, nothing was started by the schedule any more, and nobody was told. */
    @Test
    void whatCannotStartAfterAnotherIsSaidOnceAndTheScheduleGoesOn() throws Exception {
        String follower = pipeline + "-look";
        String definition =
                "name: " + follower + "\nschedule: {after: " + pipeline + "}\nsteps: {look: {approval: '%s'}}";
        ok(201, "POST", "/pipelines", definition.formatted("${after.steps.draw.note}"));
        String number = drawn("12");
        JsonNode refused =
                problem(400, call("POST", "/pipelines/" + follower + "/executions?after=" + number, "text/plain", ""));
        assertEquals(List.of("steps.look.approval"), paths(refused), refused.toString());

        String text = drawn("Cats?");
        awaitPhases(follower + "-1", "look APPROVAL");
        assertEquals(text, execution(follower + "-1").get("startedAfter").asText());
        List<Alert> alerts = written(Topics.ALERTS, number);
        assertEquals(1, alerts.size(), alerts.toString());
        assertTrue(alerts.get(0).getMessage().contains("steps.look.approval"), alerts.toString());
        assertTrue(alerts.get(0).getRemedy().contains("saddle pipeline submit"), alerts.toString());

        ok(201, "POST", "/pipelines", definition.formatted("Look at ${after.steps.draw.note}?"));
        ok(200, "POST", "/executions/" + follower + "-1/steps/look/decision", "{\"approved\": true}");
        awaitPhases(follower + "-2", "look APPROVAL");
        assertEquals(number, execution(follower + "-2").get("startedAfter").asText(), "with the mended revision");
    }

    /** Its mistakes were said of the new one, under places that are not in it. */
    @Test
    void aPipelineMayStartAfterOneThatThisReleaseCannotRead() throws Exception {
        Pipeline old = new Pipeline(pipeline, 1, "{\"name\":\"" + pipeline + "\",\"gone\":1}", Instant.now(), "ann");
        publisher.send(Topics.PIPELINES, Topics.pipelineKey(pipeline, 1), old).get();
        await().untilAsserted(() ->
                assertTrue(call("GET", "/pipelines", "text/plain", "").body().contains('"' + pipeline + '"')));
        ok(
                201,
                "POST",
                "/pipelines",
                "name: " + pipeline + "-tune\nschedule: {after: " + pipeline + "}\nsteps: {only: {run: {}}}");
    }

    @Test
    void aPipelineThatMissedItsTimesIsExecutedOnceForThem() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        int hour = now.atZone(ZoneOffset.UTC).getHour();
        // Not within the next hour: the test would see two.
        String definition = "{\"name\":\"" + pipeline + "\",\"schedule\":{\"cron\":\"0 " + Math.floorMod(hour - 2, 24)
                + " * * *\"},\"steps\":{\"only\":{\"run\":" + "{\"constraints\":[]}" + "}}}";
        Pipeline kept = new Pipeline(pipeline, 1, definition, now.minus(3, ChronoUnit.DAYS), "ann");
        publisher.send(Topics.PIPELINES, Topics.pipelineKey(pipeline, 1), kept).get();
        awaitRun(pipeline + "-1.only");
        Instant latest = now.truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
        JsonNode execution = execution(pipeline + "-1");
        assertEquals(latest.toString(), execution.get("scheduledFor").asText());
        assertFalse(execution.has("requestedBy"), "nobody asked for it");
        succeed(pipeline + "-1");
        JsonNode shown = ok(200, "GET", "/pipelines/" + pipeline, "");
        assertEquals(1, shown.get("executions").size());
        assertEquals(
                latest.plus(1, ChronoUnit.DAYS).toString(), shown.get("next").asText());
    }
}
