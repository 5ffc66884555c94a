package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.topic.Topics;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the console says and refuses by who is there. */
@QuarkusTest
class AbsencesTest extends ConsoleTest {

    private static final String TRAINER = "primal-trainer";
    private static final String NO_TRAINER = "no trainer is alive";
    private static final String NO_JUDGE = "no FID evaluator is alive: the run trains, its models are not judged";

    private void announce(String service, long memoryBytes, int heartbeatSeconds) throws Exception {
        EvaluatorAnnouncement announcement = EvaluatorAnnouncement.newBuilder()
                .setInstance(service + "@here")
                .setEvaluators(List.of())
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
    void theTrainerLeaves() throws Exception {
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
