package io.saddle.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.StoredBytes;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.console.history.RunHistories;
import io.saddle.console.lifecycle.MetadataChange;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Alert;
import io.saddle.schema.Artifact;
import io.saddle.schema.ArtifactRemoval;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels, the archive, deletion and retention, over a real broker and a real store. */
@QuarkusTest
class RunLifecycleResourceTest extends ConsoleTest {

    /** A trainer could not go on from this one, and the next one went on from an earlier step. */
    private static final String SUPERSEDED = "step-0000000002-owner-000000000001";

    private static final String NEWEST = "step-0000000001-owner-000000000002";

    /** When another cluster's run of the name was submitted. */
    private static final String ANOTHER = "2026-01-02T03:04:05Z";

    @Inject
    TopicFeed feed;

    @Inject
    ArtifactStore artifacts;

    @Inject
    StoredArtifacts stored;

    @Inject
    FileOwners owners;

    @Inject
    RunDeletions deletions;

    @Inject
    ForgottenRuns forgotten;

    @Inject
    RunHistories histories;

    @Inject
    RunLifecycleCommands commands;

    @Inject
    RunSummaries summaries;

    @Inject
    RunCommands runCommands;

    @Inject
    RunReferences references;

    @Inject
    MeterRegistry meters;

    private JsonNode shown() throws Exception {
        return JSON.readTree(get("/" + run).body());
    }

    private RunMetadata newest() {
        List<RunMetadata> revisions = written(Topics.RUN_METADATA);
        return revisions.isEmpty() ? null : revisions.get(revisions.size() - 1);
    }

    private List<String> listed(String query) throws Exception {
        HttpResponse<String> answer = get("?text=" + run + query);
        assertEquals(200, answer.statusCode(), answer.body());
        List<String> names = new ArrayList<>();
        JSON.readTree(answer.body()).forEach(one -> names.add(one.get("runId").asText()));
        return names;
    }

    private HttpResponse<String> label(String changes) throws Exception {
        return send("PATCH", "/" + run + "/labels", "application/json", changes);
    }

    private HttpResponse<String> delete(String query) throws Exception {
        return send("DELETE", "/" + run + query, "application/json", "");
    }

    private void submitted(String more) throws Exception {
        HttpResponse<String> answer = post("", specification(run) + more);
        assertEquals(201, answer.statusCode(), answer.body());
    }

    private void over(RunPhase phase) throws Exception {
        status(phase, 2000);
        await().until(() -> feed.views().phase(run) == phase);
    }

    /** Two models, two checkpoints, two raw snapshots, a picture, 4,000 bytes each, and whose they are. */
    private void stored() throws IOException {
        mark(feed.run(run).getSubmittedAt().toString());
        for (String name : List.of(
                "checkpoints/" + SUPERSEDED,
                "checkpoints/" + NEWEST,
                "snapshots/raw/" + SUPERSEDED,
                "snapshots/raw/" + NEWEST,
                "snapshots/ema/step-1",
                "snapshots/ema/step-2",
                "grids/step-2.png")) {
            artifacts.putFile(run, name, new byte[4000]);
        }
    }

    private void mark(String submittedAt) throws IOException {
        artifacts.putFile(run, "submitted.txt", submittedAt.getBytes(UTF_8));
    }

    @Test
    void aRunHasTheLabelsOfItsSpecificationAndTheyAreChangedWithoutARevisionOfIt() throws Exception {
        submitted("labels: {team: vision, dataset: mnist}\n");
        assertEquals(
                "{\"dataset\":\"mnist\",\"team\":\"vision\"}",
                shown().get("labels").toString());
        assertNull(newest());
        status(RunPhase.TRAINING, 40);

        HttpResponse<String> changed = label("{\"team\":\"audio\",\"dataset\":null,\"debug\":\"\"}");

        assertEquals(200, changed.statusCode(), changed.body());
        assertEquals(
                "{\"debug\":\"\",\"team\":\"audio\"}",
                JSON.readTree(changed.body()).get("labels").toString());
        assertEquals(Map.of("debug", "", "team", "audio"), newest().getLabels());
        assertEquals(1, newest().getRevision());
        assertEquals(RunLifecycle.ACTIVE, newest().getLifecycle());
        assertEquals(1, written(Topics.RUNS).size(), "whoever trains is told nothing");
        assertEquals(200, label("{\"team\":\"audio\"}").statusCode());
        assertEquals(1, written(Topics.RUN_METADATA).size(), "what is so already is not written again");

        over(RunPhase.COMPLETED);
        assertEquals(200, label("{\"debug\":null}").statusCode(), "of a run that has ended too");
        assertEquals(2, newest().getRevision());
    }

    @Test
    void everyMistakeInLabelsIsNamedAndNothingIsChanged() throws Exception {
        submitted("");
        JsonNode problem = problem(400, label("{\"my team\":\"x\",\"team\":3,\"ok\":\"a b\",\"fine\":\"y\"}"));
        assertEquals(3, problem.get("problems").size(), problem.toString());
        problem(400, label("[]"));
        problem(404, send("PATCH", "/nobody/labels", "application/json", "{}"));
        assertNull(newest());
    }

    @Test
    void theListIsNarrowedDownAndCutIntoPages() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            String specification = specification(run + name) + "labels: {test: " + run + ", which: " + name + "}\n";
            assertEquals(201, post("", specification).statusCode());
        }
        assertEquals(List.of(run + "b"), listed("&label=which%3Db"));
        assertEquals(List.of(run + "a", run + "c"), listed("&label=which%21%3Db&since=2d&phase=queued"));
        assertEquals(List.of(), listed("&until=2d"));
        HttpResponse<String> first = get("?label=test%3D" + run + "&limit=2&order=newest");
        assertEquals("3", first.headers().firstValue("X-Total-Count").orElse(""));
        assertEquals(run + "c", JSON.readTree(first.body()).get(0).get("runId").asText());
        String link = first.headers().firstValue("Link").orElse("");
        assertTrue(link.endsWith("rel=\"next\""), link);
        HttpResponse<String> second = get(link.substring(link.indexOf('?'), link.indexOf('>')));
        assertEquals(1, JSON.readTree(second.body()).size(), link);
        assertEquals(run + "a", JSON.readTree(second.body()).get(0).get("runId").asText());
        assertTrue(second.headers().firstValue("Link").isEmpty());
        assertEquals(List.of("phase", "since"), paths(problem(400, get("?phase=TRAINIG&since=x"))));
    }

    @Test
    void aRunThatHasEndedIsPutAwayAndTakenBack() throws Exception {
        submitted("labels: {team: vision}\n");
        String refused =
                problem(409, post("/" + run + "/archive", "")).get("detail").asText();
        assertTrue(refused.contains("has not ended (QUEUED)") && refused.contains("run stop " + run), refused);
        over(RunPhase.STOPPED);

        assertEquals(
                "ARCHIVED",
                JSON.readTree(post("/" + run + "/archive", "").body())
                        .get("lifecycle")
                        .asText());
        assertEquals(200, post("/" + run + "/archive", "").statusCode(), "twice is once");
        assertEquals(1, written(Topics.RUN_METADATA).size());
        assertEquals(Map.of("team", "vision"), newest().getLabels());
        assertEquals(List.of(), listed(""));
        assertEquals(List.of(run), listed("&lifecycle=ARCHIVED"));
        assertEquals("ARCHIVED", shown().get("lifecycle").asText(), "it can still be looked at");

        assertEquals(
                "ACTIVE",
                JSON.readTree(post("/" + run + "/unarchive", "").body())
                        .get("lifecycle")
                        .asText());
        assertEquals(List.of(run), listed(""));
        await().until(() -> get("/" + run + "/history/timeline").body().contains("taken back from the archive"));
    }

    @Test
    void aDeletionSaysWhatGoesTakesTheArtifactsAndKeepsTheRecords() throws Exception {
        submitted("");
        new TrainedRun(publisher, artifacts, run).train(0, 40);
        stored();
        problem(409, delete(""));
        over(RunPhase.COMPLETED);
        StoredBytes there = artifacts.stored(run);

        JsonNode asked = JSON.readTree(get("/" + run + "/deletion").body());
        assertEquals(there.bytes(), asked.get("bytes").asLong());
        assertEquals(there.objects(), asked.get("objects").asLong());
        assertTrue(there.objects() >= 7 && there.bytes() >= 28_000);
        HttpResponse<String> answer = delete("");
        assertEquals(202, answer.statusCode(), answer.body());

        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        assertEquals(StoredBytes.NONE, artifacts.stored(run));
        ArtifactRemoval removal = newest().getRemovals().get(0);
        assertEquals(there, new StoredBytes(removal.getObjects(), removal.getBytes()));
        assertEquals(MetadataChange.ALL_ARTIFACTS, removal.getWhat());
        assertEquals(List.of(), listed(""));
        assertEquals(List.of(run), listed("&lifecycle=deleted"));
        assertEquals(1, written(Topics.RUNS).size());
        assertEquals(2, written(Topics.MULTIPLIERS).size());
        assertTrue(get("/" + run + "/history/curves").body().contains("multiplier/"));
        String models = problem(404, get("/" + run + "/models/newest.zip"))
                .get("detail")
                .asText();
        assertTrue(models.contains("are deleted, as rest wanted"), models);
        assertEquals(202, delete("").statusCode(), "asked twice");
        problem(409, post("/" + run + "/archive", ""));
        problem(409, post("/" + run + "/unarchive", ""));
        String taken = problem(409, post("", specification(run))).get("detail").asText();
        assertTrue(taken.contains("names are for ever"), taken);
    }

    @Test
    void withItsHistoryTheRunGoesFromTheCompactedTopicsAndItsNameStaysTaken() throws Exception {
        submitted("labels: {team: vision}\n");
        over(RunPhase.FAILED);
        stored();
        assertEquals(202, delete("").statusCode());
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);

        assertEquals(202, delete("?history=true").statusCode(), "may be wanted later too");

        await().until(() -> get("/" + run).statusCode() == 404);
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED && newest().getWithHistory());
        assertNull(written(Topics.RUNS).get(1));
        assertNull(written(Topics.RUN_STATUS).get(1));
        List<ConstraintDefinition> constraints = written(Topics.CONSTRAINTS);
        assertEquals(4, constraints.size());
        assertNull(constraints.get(2));
        assertNull(constraints.get(3));
        assertEquals(Map.of(), newest().getLabels());
        assertEquals(1, newest().getRemovals().size(), "what went and by whom stays");
        assertEquals(List.of(), feed.tables().constraints(run));
        assertEquals(List.of(), listed("&lifecycle=DELETED,DELETING,ACTIVE"));
        assertTrue(problem(409, post("", specification(run)))
                .get("detail")
                .asText()
                .contains("was there and is deleted"));
    }

    /** A console that is up for months would else fill with runs that nobody can ask for; the topics bring them again to each new one. */
    @Test
    void ofARunThatWentWithItsHistoryNothingStaysInTheConsolesMemory() throws Exception {
        submitted("");
        new TrainedRun(publisher, artifacts, run).train(0, 40);
        over(RunPhase.COMPLETED);
        await().until(() -> get("/" + run + "/history/curves").body().contains("multiplier/"));
        assertEquals(202, delete("").statusCode());
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        forgotten.look();
        assertTrue(get("/" + run + "/history/curves").body().contains("multiplier/"), "its history stays");
        assertEquals(RunPhase.COMPLETED, feed.views().phase(run));

        assertEquals(202, delete("?history=true").statusCode());
        await().until(() -> feed.tables().isForgotten(run));
        await().untilAsserted(() -> {
            forgotten.look();
            assertTrue(histories.find(run).isEmpty());
            assertTrue(feed.views().status(run).isEmpty());
            assertTrue(feed.views().multipliers(run).isEmpty());
        });
    }

    /** As a console leaves it that ended between the wish and the deed, or halfway. */
    @ParameterizedTest
    @EnumSource(
            value = RunLifecycle.class,
            names = {"DELETING", "DELETED"})
    void aDeletionThatWasCutOffIsTakenUpAgain(RunLifecycle left) throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        stored();
        MetadataChange change = new MetadataChange("ada", Instant.parse("2026-01-02T03:04:05Z"));
        RunMetadata wish = change.deleting(change.first(run, Map.of()), new StoredBytes(7, 28_000), true);
        RunMetadata stands = left == RunLifecycle.DELETING ? wish : change.deleted(wish);

        publisher.send(Topics.RUN_METADATA, run, stands).get();

        await().until(() -> feed.tables().lifecycle(run) == RunLifecycle.DELETED
                && feed.tables().run(run).isEmpty());
        assertEquals(StoredBytes.NONE, artifacts.stored(run));
        assertEquals(28_000, newest().getRemovals().get(0).getBytes(), "as counted when it was wanted");
        assertEquals("ada", newest().getUpdatedBy());
    }

    @Test
    void whatIsWrittenOfADeletedRunAfterwardsGoesWhenItIsMet() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        assertEquals(202, delete("").statusCode());
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        artifacts.putFile(run, "grids/step-40.png", new byte[10]);

        stored.measure();

        await().until(() -> artifacts.stored(run).equals(StoredBytes.NONE));
        assertEquals(2, written(Topics.RUN_METADATA).size(), "nothing more is said of it");
    }

    @Test
    void whatGoesAgainAfterADeletionIsSaidInTheLog() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        assertEquals(202, delete("").statusCode());
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler lookout = new LogLines(lines);
        Logger log = Logger.getLogger(RunDeletions.class.getName());
        log.addHandler(lookout);
        try {
            artifacts.putFile(run, "grids/step-40.png", new byte[10]);
            stored.measure();
            await().until(() -> artifacts.stored(run).equals(StoredBytes.NONE));
            await().until(() -> lines.stream().anyMatch(line -> line.contains(run)));
        } finally {
            log.removeHandler(lookout);
        }
        assertEquals(
                List.of(run + ": what was written after its deletion is deleted too: 10 bytes in 1 files"),
                lines.stream().filter(line -> line.contains(run)).toList());
    }

    private static final class LogLines extends Handler {

        private final List<String> lines;

        LogLines(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private List<Alert> alertsOfAnother() {
        return written(Topics.ALERTS).stream()
                .filter(alert -> alert.getMessage().contains("another run of this name, submitted at " + ANOTHER))
                .toList();
    }

    /** Two clusters share a store: the later one's run of the name fails, and its console deleted the other's files. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?history=true"})
    void theFilesOfAnotherClustersRunStayAndItIsSaidWhoseTheyAre(String history) throws Exception {
        submitted("");
        stored();
        mark(ANOTHER);
        over(RunPhase.FAILED);
        StoredBytes there = artifacts.stored(run);

        JsonNode asked = deletion();
        assertEquals(0, asked.get("bytes").asLong());
        assertEquals(0, asked.get("objects").asLong());
        String others = asked.get("othersFiles").asText();
        assertTrue(
                others.startsWith(
                        "another run of this name, submitted at " + ANOTHER + ", has left its files at file:"),
                others);
        HttpResponse<String> answer = delete(history);
        assertEquals(202, answer.statusCode(), answer.body());
        JsonNode told = JSON.readTree(answer.body());
        assertEquals(others, told.get("othersFiles").asText());
        assertEquals(run, told.get("runId").asText());

        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        assertEquals(there, artifacts.stored(run));
        assertEquals(List.of(), newest().getRemovals());
        assertEquals(!history.isEmpty(), get("/" + run).statusCode() == 404, "its own records go as ever");
        for (int look = 0; look < 2; look++) {
            stored.measure();
            deletions.look();
            assertEquals(there, artifacts.stored(run));
        }
        assertEquals(1, alertsOfAnother().size());
    }

    /** Somebody was told that the run is back, and then everything went. */
    @Test
    void aRuleLeavesWhatWasTakenBackWhileTheStoreWasLookedInto() throws Exception {
        submitted("");
        stored();
        over(RunPhase.COMPLETED);
        assertEquals(200, post("/" + run + "/archive", "").statusCode());
        StoredBytes there = artifacts.stored(run);
        commands.deleteIf(
                run,
                () -> {
                    commands.unarchive(run, "ann");
                    return newest().getLifecycle() == RunLifecycle.ARCHIVED;
                },
                "a rule");
        assertEquals(RunLifecycle.ACTIVE, newest().getLifecycle());
        assertEquals(there, artifacts.stored(run));
    }

    @Test
    void aStoreInTheRunsFolderStaysAndItIsSaid() throws Exception {
        submitted("");
        stored();
        over(RunPhase.COMPLETED);
        Path place = artifacts
                .open(artifacts.find(run, "submitted.txt", "").orElseThrow())
                .getParent();
        ArtifactStore within = new FileArtifactStore(place);
        Artifact others = within.putFile("vic", "submitted.txt", new byte[20]);
        String why = "another artifact store lies in " + place.toUri();

        assertEquals(why, deletion().get("othersFiles").asText());
        retention(null, Duration.ZERO).look();
        assertEquals(2, artifacts.list(run, "checkpoints/").size());
        HttpResponse<String> answer = delete("");
        assertEquals(202, answer.statusCode(), answer.body());
        assertEquals(why, JSON.readTree(answer.body()).get("othersFiles").asText());

        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        within.verified(others);
        assertEquals(
                1,
                written(Topics.ALERTS).stream()
                        .filter(alert -> alert.getMessage().contains(why))
                        .count());
    }

    @Test
    void filesOfWhichNobodyCanTellWhoseTheyAreAreNotDeleted() throws Exception {
        submitted("");
        stored();
        mark("");
        over(RunPhase.COMPLETED);
        for (HttpResponse<String> answer : List.of(delete(""), get("/" + run + "/deletion"))) {
            String refused = problem(409, answer).get("detail").asText();
            assertTrue(refused.contains("submitted.txt is damaged: delete it if"), refused);
        }
        assertNull(newest());

        artifacts.delete(run, "submitted.txt");
        assertEquals(202, delete("").statusCode());
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        assertEquals(StoredBytes.NONE, artifacts.stored(run));
    }

    @Test
    void noRuleRemovesFilesOfAnotherClustersRun() throws Exception {
        submitted("");
        stored();
        mark(ANOTHER);
        over(RunPhase.FAILED);
        StoredBytes there = artifacts.stored(run);

        RunRetention ended = retention(null, Duration.ZERO);
        ended.look();
        ended.look();
        assertEquals(there, artifacts.stored(run));
        assertEquals(1, alertsOfAnother().size());
        assertNull(newest());

        assertEquals(200, post("/" + run + "/archive", "").statusCode());
        retention(Duration.ZERO, null).look();
        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        assertEquals(there, artifacts.stored(run));
        assertEquals(1, alertsOfAnother().size(), "said already");
    }

    /** A run that has a run's model, in a state. */
    private void child(RunPhase phase, boolean asConstraint) throws Exception {
        String child = run + "-child";
        String model = "{\"folder\":\"run:" + run + "@400\",\"sha256\":\"" + "0".repeat(64) + "\"}";
        publisher
                .send(
                        Topics.RUNS,
                        child,
                        TrainingRun.newBuilder()
                                .setRunId(child)
                                .setRevision(1)
                                .setDesiredState(DesiredState.RUNNING)
                                .setSpec("{\"name\":\"" + child + "\""
                                        + (asConstraint ? "" : ",\"initialModel\":" + model) + "}")
                                .setSpecVersion(1)
                                .setConstraintIds(List.of())
                                .setSubmittedAt(Instant.now())
                                .setUpdatedAt(Instant.now())
                                .build())
                .get();
        if (asConstraint) {
            ConstraintDefinition keep = ConstraintDefinition.newBuilder(
                            feed.tables().constraint(run, "four").orElseThrow())
                    .setRunId(child)
                    .setConstraintId("keep")
                    .setModel(new PretrainedModel("run:" + run + "@400", "0".repeat(64)))
                    .build();
            publisher
                    .send(Topics.CONSTRAINTS, Topics.constraintKey(child, "keep"), keep)
                    .get();
            await().until(() -> feed.tables().constraint(child, "keep").isPresent());
        }
        publisher
                .send(
                        Topics.RUN_STATUS,
                        child,
                        RunStatus.newBuilder()
                                .setRunId(child)
                                .setPhase(phase)
                                .setStep(1)
                                .setTotalSteps(2)
                                .setDualStep(0)
                                .setWorker("t")
                                .setMessage("")
                                .setUpdatedAt(Instant.now())
                                .build())
                .get();
        await().until(() -> feed.tables().run(child).isPresent() && feed.views().phase(child) == phase);
    }

    private void execution(ExecutionPhase phase, String definition) throws Exception {
        String id = run + "-1";
        PipelineExecution execution = PipelineExecution.newBuilder()
                .setExecutionId(id)
                .setRevision(1)
                .setPipeline(run)
                .setPipelineRevision(1)
                .setDefinition(definition)
                .setDesiredState(DesiredState.RUNNING)
                .setRequestedAt(Instant.now())
                .setUpdatedAt(Instant.now())
                .build();
        ExecutionStatus status = ExecutionStatus.newBuilder()
                .setExecutionId(id)
                .setPipeline(run)
                .setPipelineRevision(1)
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setRound(1)
                .setPhase(phase)
                .setSteps(List.of())
                .setMessage("")
                .setStartedAt(Instant.now())
                .setEndedAt(phase == ExecutionPhase.RUNNING ? null : Instant.now())
                .setUpdatedAt(Instant.now())
                .build();
        // Past the topology, which would take its course.
        feed.pipelines().put(execution);
        feed.pipelines().put(status);
    }

    private JsonNode deletion() throws Exception {
        return JSON.readTree(get("/" + run + "/deletion").body());
    }

    @Test
    void whatSomethingStillUsesIsNotDeletedAndItIsSaidByWhom() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        stored();
        child(RunPhase.TRAINING, true);
        execution(ExecutionPhase.RUNNING, "{\"a\":{\"initialModel\":\"run:" + run + "@best\"}}");

        String refused = problem(409, delete("")).get("detail").asText();

        assertTrue(refused.contains("constraint 'keep' of run '" + run + "-child' (TRAINING)"), refused);
        assertTrue(refused.contains("execution '" + run + "-1' (RUNNING) names it"), refused);
        assertEquals(2, deletion().get("usedBy").size());
        assertNull(newest());

        execution(ExecutionPhase.FAILED, "{\"a\":{\"initialModel\":\"run:" + run + "@best\"}}");
        child(RunPhase.COMPLETED, true);
        assertEquals(0, deletion().get("usedBy").size());
        assertEquals(2, deletion().get("mentionedBy").size(), "they could not be done again");
        assertEquals(202, delete("").statusCode());
    }

    @Test
    void aRunThatOthersStartFromIsNotDeletedUnderThem() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        child(RunPhase.QUEUED, false);
        String refused = problem(409, delete("")).get("detail").asText();
        assertTrue(refused.contains("run '" + run + "-child' (QUEUED) starts from its model of step 400"), refused);
        execution(ExecutionPhase.SUCCEEDED, "{\"a\":\"run:" + run + "s@best run:" + run + "\"}");
        assertEquals(0, deletion().get("mentionedBy").size(), "another run's name that begins like it");
    }

    /** Forks, judgements and exports name a run without "run:", a matrix may too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'steps': {'tune': {'fork': {'run': 'RUN', 'at': 'best'}}}}",
                "{'steps': {'look': {'judge': {'run': 'RUN'}}}}",
                "{'steps': {'save': {'matrix': {'of': ['other', 'RUN']}, 'export': {'run': '${matrix.of}'}}}}",
                "{'name': 'p', 'steps': {'tune': {'matrix': {'n': ['RUN', 'b']}, 'fork': {'run': '${matrix.n}'}}}}",
                "{'name': 'p', 'steps': {'tune': {'matrix': {'n': ['SUFFIX', 'b']}, 'fork': {'run': 'run-${matrix.n}'}}}}",
                "{'name': 'p', 'steps': {'save': {'matrix': {'n': ['SUFFIX']}, 'export': {'run': 'run-${matrix.n}', 'out': '/o'}}}}",
                "{'steps': {'more': {'run': {'initialModel': 'run:RUN'}}}}"
            })
    void whatAPipelineUnderWayWillNeedIsNotDeleted(String definition) throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        execution(
                ExecutionPhase.RUNNING,
                definition.replace('\'', '"').replace("RUN", run).replace("SUFFIX", run.replace("run-", "")));
        String refused = problem(409, delete("")).get("detail").asText();
        assertTrue(refused.contains("execution '" + run + "-1' (RUNNING) names it"), refused);
    }

    /** Which is not executed yet: archived runs went, and every execution of it was refused from then on. */
    @Test
    void aPipelineThatItsScheduleWillStartNamesARun() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        String definition =
                "{\"name\": \"nightly\", SCHEDULE\"steps\": {\"tune\": {\"fork\": {\"run\": \"" + run + "\"}}}}";
        String name = "nightly-" + run;
        feed.pipelines().put(new Pipeline(name, 1, definition.replace("SCHEDULE", ""), Instant.now(), null));
        assertEquals(0, deletion().get("mentionedBy").size(), "nobody starts it unasked");
        feed.pipelines()
                .put(new Pipeline(
                        name,
                        2,
                        definition.replace("SCHEDULE", "\"schedule\": {\"after\": \"" + run + "\"}, "),
                        Instant.now(),
                        null));
        assertEquals(
                "pipeline '" + name + "', which its schedule starts, names it",
                deletion().get("mentionedBy").get(0).asText());
        assertEquals(0, deletion().get("usedBy").size());
    }

    @Test
    void aPipelineOfTheSameNameDoesNotNameARun() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        execution(ExecutionPhase.RUNNING, "{\"name\": \"" + run + "\", \"steps\": {\"" + run + "\": {}}}");
        assertEquals(0, deletion().get("usedBy").size());
    }

    /** As after a downgrade, or an upgrade to stricter rules. */
    @Test
    void whatThisReleaseCannotReadKeepsItsLabelsAndItsModel() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        TrainingRun child = TrainingRun.newBuilder(feed.run(run))
                .setRunId(run + "-later")
                .setSpec("{\"keyOfALaterRelease\": 1, \"labels\": {\"project\": \"vision\"}, \"initialModel\":"
                        + " {\"folder\": \"run:" + run + "@400\", \"sha256\": \"\"}}")
                .build();
        feed.tables().put(child);
        assertEquals(Map.of("project", "vision"), summaries.labels(child));
        String refused = problem(409, delete("")).get("detail").asText();
        assertTrue(refused.contains("run '" + run + "-later'"), refused);
    }

    /** Its model may still be there to be opened. */
    @Test
    void noRunStartsFromOneThatIsBeingDeleted() {
        RunSpec.InitialModel model = new RunSpec.InitialModel("run:" + run + "@400", "0".repeat(64));
        assertEquals(Optional.empty(), runCommands.deletedModel("initialModel", model));
        MetadataChange change = new MetadataChange("test", Instant.now());
        feed.tables().put(change.deleting(change.first(run, Map.of()), StoredBytes.NONE, false));

        assertEquals(
                "initialModel: the models of run '" + run + "' are being deleted",
                runCommands.deletedModel("initialModel", model).orElseThrow().toString());
        assertEquals(Optional.empty(), runCommands.deletedModel("initialModel", null));
    }

    private RunRetention retention(Duration archived, Duration ended) {
        return retention(artifacts, archived, ended);
    }

    private RunRetention retention(ArtifactStore from, Duration archived, Duration ended) {
        return new RunRetention(
                feed,
                commands,
                references,
                from,
                stored,
                owners,
                Clock.systemUTC(),
                Optional.ofNullable(archived),
                Optional.ofNullable(ended));
    }

    @Test
    void whatWasArchivedForLongEnoughGoesByTheRuleUnlessAnythingNamesIt() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        stored();
        child(RunPhase.COMPLETED, false);
        assertEquals(200, post("/" + run + "/archive", "").statusCode());
        retention(Duration.ofDays(90), Duration.ofDays(90_000)).look();
        retention(Duration.ZERO, null).look();
        assertEquals(RunLifecycle.ARCHIVED, newest().getLifecycle(), "its child could not be done again");

        MetadataChange gone = new MetadataChange("test", Instant.now());
        feed.tables().put(gone.deleted(gone.deleting(gone.first(run + "-child", Map.of()), StoredBytes.NONE, false)));
        retention(Duration.ofDays(1), null).look();
        assertEquals(RunLifecycle.ARCHIVED, newest().getLifecycle());
        retention(Duration.ZERO, null).look();

        await().until(() -> newest().getLifecycle() == RunLifecycle.DELETED);
        assertEquals(RunRetention.ARCHIVED, newest().getUpdatedBy());
        await().until(() -> get("/" + run + "/history/timeline").body().contains("by " + RunRetention.ARCHIVED));
    }

    /** An archived run was neither deleted, since another one names it, nor trimmed, since it was to be deleted. */
    @Test
    void ofAnArchivedRunThatIsNamedTheOtherRuleRemovesWhatItDoesOfAny() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        stored();
        child(RunPhase.COMPLETED, false);
        assertEquals(200, post("/" + run + "/archive", "").statusCode());
        assertEquals(2, artifacts.list(run, "checkpoints/").size());

        retention(Duration.ZERO, Duration.ZERO).look();

        assertEquals(RunLifecycle.ARCHIVED, newest().getLifecycle(), "its child could not be done again");
        assertEquals(List.of("checkpoints/" + NEWEST), artifacts.list(run, "checkpoints/"));
    }

    @Test
    void anEndedRunKeepsItsModelsItsPicturesAndTheNewestCheckpoint() throws Exception {
        submitted("");
        stored();
        for (String slot :
                List.of("slots/step-0000000001-slot-00-1f0c9a7e", "slots/step-0000000001-slot-01-0d41c7b2")) {
            artifacts.putFile(run, slot, new byte[4000]);
        }
        status(RunPhase.TRAINING, 40);
        await().until(() -> feed.views().phase(run) == RunPhase.TRAINING);
        retention(null, Duration.ZERO).look();
        assertEquals(2, artifacts.list(run, "checkpoints/").size(), "it goes on");
        over(RunPhase.COMPLETED);
        retention(null, Duration.ofDays(90_000)).look();
        StoredBytes before = artifacts.stored(run);
        assertNull(newest());

        retention(null, Duration.ZERO).look();
        retention(null, Duration.ZERO).look();

        assertEquals(List.of("checkpoints/" + NEWEST), artifacts.list(run, "checkpoints/"));
        assertEquals(List.of("snapshots/raw/" + NEWEST), artifacts.list(run, "snapshots/raw/"));
        assertEquals(List.of(), artifacts.list(run, "slots/"));
        assertEquals(2, artifacts.list(run, "snapshots/ema/").size());
        assertEquals(1, artifacts.list(run, "grids/").size());
        ArtifactRemoval removal = newest().getRemovals().get(0);
        assertEquals(1, newest().getRemovals().size());
        assertEquals(before.minus(artifacts.stored(run)), new StoredBytes(removal.getObjects(), removal.getBytes()));
        assertTrue(removal.getBytes() >= 16_000);
        assertEquals(RunRetention.ENDED, removal.getRemovedBy());
        assertEquals(RunLifecycle.ACTIVE, newest().getLifecycle());
    }

    /** Nobody could count any more what was gone: the removal was never told of. */
    @Test
    void whatARuleRemovesIsToldThoughTheRemovalIsCutOff() throws Exception {
        submitted("");
        stored();
        over(RunPhase.COMPLETED);
        StoredBytes before = artifacts.stored(run);
        ArtifactStore cutOff = (ArtifactStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ArtifactStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("delete")
                            && arguments[1].toString().contains("raw")) {
                        throw new IOException("the store is away");
                    }
                    return method.invoke(artifacts, arguments);
                });
        retention(cutOff, null, Duration.ZERO).look();
        assertEquals(1, artifacts.list(run, "checkpoints/").size());
        assertEquals(2, artifacts.list(run, "snapshots/raw/").size());

        retention(null, Duration.ZERO).look();

        assertEquals(1, artifacts.list(run, "snapshots/raw/").size());
        ArtifactRemoval removal = newest().getRemovals().get(0);
        assertEquals(1, newest().getRemovals().size());
        assertEquals(before.minus(artifacts.stored(run)), new StoredBytes(removal.getObjects(), removal.getBytes()));
    }

    /** A fork that keeps its run's optimizer needs the checkpoint until a trainer has taken it up. */
    @Test
    void anEndedRunKeepsItsCheckpointsWhileSomethingBeginsWithThem() throws Exception {
        submitted("");
        stored();
        over(RunPhase.COMPLETED);
        child(RunPhase.QUEUED, false);
        retention(null, Duration.ZERO).look();
        assertEquals(2, artifacts.list(run, "checkpoints/").size());
        child(RunPhase.COMPLETED, false);
        retention(null, Duration.ZERO).look();
        assertEquals(1, artifacts.list(run, "checkpoints/").size());
    }

    @Test
    void withoutSettingsNoRuleRemovesAnything() throws Exception {
        submitted("");
        over(RunPhase.COMPLETED);
        stored();
        assertEquals(200, post("/" + run + "/archive", "").statusCode());
        retention(null, null).look();
        assertEquals(RunLifecycle.ARCHIVED, newest().getLifecycle());
        assertEquals(2, artifacts.list(run, "checkpoints/").size());
    }

    @Test
    void theRoomThatARunTakesIsShownWithItsTimeAndMeasured() throws Exception {
        submitted("");
        stored();
        stored.measure();
        StoredBytes there = artifacts.stored(run);

        JsonNode shown = shown().get("stored");
        assertEquals(there.bytes(), shown.get("bytes").asLong());
        assertEquals(there.objects(), shown.get("objects").asLong());
        assertFalse(shown.get("measuredAt").asText().isEmpty());
        // It is told what was measured a moment later.
        await().until(() -> meters.find("saddle.run.stored").tag("run", run).gauges().stream()
                .anyMatch(gauge -> gauge.value() == there.bytes()));
        await().until(() -> Stream.of("runs")
                .allMatch(of -> meters.find("saddle.artifacts.stored")
                                .tag("of", of)
                                .gauge()
                                .value()
                        >= there.bytes()));
    }
}
