package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.Saddle;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.TestCluster;
import io.saddle.stack.testing.WebhookReceiver;
import io.saddle.tool.SharedStack;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Notifications by the command line over the processes of a whole stack, through the end of the console; the test is the trainer. */
public class NotificationIT {

    private static final TestCluster CLUSTER = SharedStack.cluster();
    private static final WebhookReceiver RECEIVER = SharedStack.told();

    private final String run = "told-" + UUID.randomUUID();
    private final Serdes serdes = CLUSTER.settings().kafka().serdes();

    private static String saddle(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--console=" + CLUSTER.consoleUrl());
        StringWriter said = new StringWriter();
        CommandLine command =
                Saddle.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
        assertEquals(0, command.execute(all.toArray(String[]::new)), said::toString);
        return said.toString();
    }

    private void failed(Records records, int number) {
        String runId = run + "-" + number;
        RunStatus status = RunStatus.newBuilder()
                .setRunId(runId)
                .setPhase(RunPhase.FAILED)
                .setStep(50)
                .setTotalSteps(100)
                .setDualStep(3)
                .setWorker("w")
                .setMessage("said by the test")
                .setUpdatedAt(Instant.now())
                .build();
        records.raw(
                Topics.RUN_STATUS.name(),
                runId,
                serdes.serializer(Topics.RUN_STATUS).serialize(Topics.RUN_STATUS.name(), status));
    }

    private String event(int number) {
        return "night/RUN_ENDED/" + run + "-" + number + "/FAILED";
    }

    private static long told(String eventId) {
        return RECEIVER.requests().stream()
                .filter(request -> request.header("Saddle-event-id").equals(eventId))
                .count();
    }

    private List<String> delivered() throws Exception {
        JsonNode log = new ObjectMapper().readTree(saddle("notification", "log", "--json"));
        return StreamSupport.stream(log.spliterator(), false)
                .filter(one -> one.path("runId").asText().startsWith(run))
                .filter(one -> one.path("outcome").asText().equals("DELIVERED"))
                .map(one -> one.path("eventId").asText())
                .sorted()
                .toList();
    }

    @Test
    void everyEventIsToldThroughTheEndOfTheConsoleAndStandsInTheLogOnce() throws Exception {
        saddle("notification", "set", "night", "--channel=ops", "--run-ends=FAILED", "--runs=" + run + "*");
        try (Records records = new Records(CLUSTER.bootstrapServers(), serdes)) {
            failed(records, 1);
            Awaitility.await().until(() -> delivered().equals(List.of(event(1))));
            RECEIVER.neverAnswer();
            failed(records, 2);
            Awaitility.await().until(() -> told(event(2)) == 1);
            CLUSTER.kill("console");
            failed(records, 3);
            CLUSTER.restart("console");
            Awaitility.await().until(() -> delivered().equals(List.of(event(1), event(2), event(3))));
        }
        assertEquals(1, told(event(1)));
        assertEquals(2, told(event(2)));
        assertEquals(1, told(event(3)));
        saddle("notification", "delete", "night");
    }
}
