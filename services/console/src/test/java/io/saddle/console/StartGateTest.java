package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.console.access.AccessTokens;
import io.saddle.console.access.Projects;
import io.saddle.console.history.RunHistories;
import io.saddle.kafka.KafkaSettings;
import io.saddle.run.RunTables;
import io.saddle.serde.Serdes;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartGateTest {

    /** Of a Kafka that nobody answers at. */
    static TopicFeed unread() {
        KafkaSettings nowhere = new KafkaSettings("127.0.0.1:1", "http://127.0.0.1:1");
        Serdes serdes = new Serdes(new MockSchemaRegistryClient());
        return new TopicFeed(
                nowhere,
                serdes,
                null,
                new RunTables(),
                new RunHistories(nowhere, serdes, null),
                new AccessTokens(Clock.systemUTC()),
                new Projects(),
                new SimpleMeterRegistry());
    }

    /** A registry that hung was told of nowhere, and the console seemed to read for ever. */
    @Test
    void whatTheStartWaitsForIsSaid() {
        StartGate gate = new StartGate(unread(), () -> List.of("the schema registry does not answer"));
        String said = gate.check("/api/runs").getEntity().toString();
        assertTrue(said.contains("waits: the schema registry does not answer"), said);
    }

    @Test
    void untilAllIsReadNothingIsAnsweredOfRunsAndDataSets() {
        StartGate gate = new StartGate(unread(), List::of);
        for (String path :
                List.of("/api/runs", "/api/runs/check", "/api/runs/r/pause", "/api/datasets/pets", "/api/evaluators")) {
            Response refused = gate.check(path);
            assertEquals(503, refused.getStatus(), path);
            assertEquals(1, refused.getHeaders().getFirst("Retry-After"), path);
        }
        for (String path :
                List.of("/", "/app/main.js", "/q/health/live", "/api/me", "/api/examples", "/api/asyncapi")) {
            assertNull(gate.check(path), path);
        }
    }
}
