package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the console says and refuses by who is there. */
@QuarkusTest
class AbsencesTest extends ConsoleTest {

    @Inject
    ArtifactStore artifacts;

    private static final String TRAINER = "primal-trainer";
    private static final String JUDGE = "fid-evaluator";
    private static final String NO_TRAINER = "no trainer is alive";
    private static final String NO_JUDGE = "no FID evaluator is alive: the run trains, its models are not judged";

    private void announce(String service, long memoryBytes, int heartbeatSeconds, String... evaluators)
            throws Exception {
        EvaluatorAnnouncement announcement = EvaluatorAnnouncement.newBuilder()
                .setInstance(service + "@here")
                .setEvaluators(Stream.of(evaluators)
                        .map(name -> OfferedEvaluator.newBuilder()
                                .setName(name)
                                .setKinds(List.of(name))
                                .setDescription("")
                                .build())
                        .toList())
                .setBuild("1.0")
                .setHeartbeatSeconds(heartbeatSeconds)
                .setAnnouncedAt(Instant.now())
                .setService(service)
                .setMemoryBytes(memoryBytes)
                .setThreads(2)
                .build();
        publisher
                .send(Topics.EVALUATORS, announcement.getInstance(), announcement)
                .get();
    }

    @AfterEach
    void trainerAndJudgeLeave() throws Exception {
        publisher.send(Topics.EVALUATORS, JUDGE + "@here", null).get();
        publisher.send(Topics.EVALUATORS, TRAINER + "@here", null).get();
    }

    private List<String> missing() throws Exception {
        List<String> missing = new ArrayList<>();
        JSON.readTree(get("/" + run).body()).path("missing").forEach(message -> missing.add(message.asText()));
        return missing;
    }

    @Test
    void aRunSaysWhomItWaitsForInVain() throws Exception {
        assertEquals(201, post("", "{name: " + run + "}").statusCode());
        await().untilAsserted(() -> assertEquals(List.of(NO_TRAINER, NO_JUDGE), missing()));

        announce(TRAINER, 1L << 40, 3600);
        await().untilAsserted(() -> assertEquals(List.of(NO_JUDGE), missing()));

        announce(TRAINER, 1L << 40, 1);
        await().untilAsserted(
                        () -> assertEquals(List.of(NO_TRAINER, NO_JUDGE), missing(), "silent for three heartbeats"));
    }

    @Test
    void aSpecificationThatWouldWaitSaysForWhomBeforeItIsSubmitted() throws Exception {
        announce(TRAINER, 1L << 40, 3600, "denoising-loss");
        String constraints = "[{id: a, threshold: 1, data: {}, kind: sharpness, evaluator: denoising-loss},"
                + " {id: b, threshold: 1, data: {}}, {id: c, threshold: 1, data: {}, evaluator: far-away}]";
        await().untilAsserted(() -> {
            HttpResponse<String> checked =
                    post("/check", "{name: " + run + ", training: {device: cpu}, constraints: " + constraints + "}");
            assertEquals(200, checked.statusCode(), checked.body());
            List<String> missing = new ArrayList<>();
            JSON.readTree(checked.body()).path("missing").forEach(message -> missing.add(message.asText()));
            assertEquals(
                    List.of(
                            "the evaluator 'denoising-loss' does not measure the kind 'sharpness' of 'a'",
                            "nobody offers the evaluator 'far-away' for the kind of 'c'",
                            NO_JUDGE),
                    missing);
        });
    }

    /** How much memory it takes cannot be told, and that was answered as a failure of the console. */
    @Test
    void aNetworkThatCannotBeIsAMistakeWhoeverIsThere() throws Exception {
        announce(TRAINER, 1L << 40, 3600);
        await().untilAsserted(() -> assertEquals(List.of(NO_JUDGE), missingOf("{name: " + run + ", constraints: []}")));
        for (String unet : List.of("attention_head_dim: 64", "block_out_channels: [8192, 8192, 8192]")) {
            HttpResponse<String> refused = post("", "{name: " + run + ", model: {unet: {" + unet + "}}}");
            assertEquals(400, refused.statusCode(), refused.body());
            assertEquals(
                    "model",
                    JSON.readTree(refused.body()).at("/problems/0/path").asText(),
                    refused.body());
        }
    }

    private List<String> missingOf(String specification) throws Exception {
        List<String> missing = new ArrayList<>();
        JSON.readTree(post("/check", specification).body())
                .path("missing")
                .forEach(message -> missing.add(message.asText()));
        return missing;
    }

    private JsonNode shown() throws Exception {
        return JSON.readTree(get("/" + run).body());
    }

    @Test
    void aFinishedModelIsBeingJudgedUntilItsScoreComesWhereSomebodyJudges() throws Exception {
        assertEquals(201, post("", TrainedRun.specification(run, 2000)).statusCode());
        TrainedRun trained = new TrainedRun(publisher, artifacts, run);
        trained.status(RunPhase.COMPLETED, 2000, 2000, "done").durable();
        await().until(() -> shown().path("phase").asText().equals("COMPLETED"));
        assertFalse(shown().path("judging").asBoolean(), "nobody judges");

        announce(JUDGE, 1L << 40, 3600);
        await().until(() -> shown().path("judging").asBoolean());
        trained.judged(1000, 20).durable();
        await().until(() -> shown().at("/newestScore/step").asLong() == 1000);
        assertTrue(shown().path("judging").asBoolean(), "that was an earlier model");

        assertTrue(shown().path("notJudged").isNull());

        Alert why = new Alert(
                run,
                AlertKind.DAMAGED_ARTIFACT,
                Severity.WARNING,
                "its weights are damaged",
                "restore them",
                null,
                2000L,
                null,
                "fid-evaluator",
                Instant.EPOCH);
        publisher.send(Topics.ALERTS, run, why).get();
        await().until(() -> shown().path("notJudged").asText().equals("its weights are damaged; restore them"));
        assertFalse(shown().path("judging").asBoolean());
        assertEquals(
                "its finished model is not judged: its weights are damaged; restore them",
                shown().path("message").asText());

        trained.judged(2000, 12.5).durable();
        await().until(() -> shown().path("notJudged").isNull());
        assertFalse(shown().path("judging").asBoolean());
        assertEquals(12.5, shown().at("/newestScore/value").asDouble());
    }

    @Test
    void aNetworkThatNoTrainerCanHoldIsRefused() throws Exception {
        announce(TRAINER, 64L << 20, 3600);
        await().untilAsserted(() -> {
            HttpResponse<String> refused = post("/check", "{name: " + run + ", training: {device: cpu}}");
            assertEquals(400, refused.statusCode(), refused.body());
            assertEquals(
                    "model",
                    JSON.readTree(refused.body()).at("/problems/0/path").asText());
            assertTrue(refused.body().contains("at most 0.1 GiB may be taken (saddle.memory.limit"), refused.body());
        });

        announce(TRAINER, 64L << 30, 3600);
        await().untilAsserted(() -> assertEquals(
                200,
                post("/check", "{name: " + run + ", training: {device: cpu}}").statusCode()));
    }
}
