package io.saddle.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class ClusterGateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** One try of a broker that does not answer takes 5 s. */
    private static final Duration SOON_AFTER = Duration.ofSeconds(15);

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String refusal(KafkaSettings settings, SchemaRegistryClient registry) {
        return assertTimeoutPreemptively(
                SOON_AFTER,
                () -> assertThrows(
                                ClusterGate.ClusterUnavailableException.class,
                                () -> new ClusterGate(settings, registry).await(PATIENCE))
                        .getMessage());
    }

    @Test
    void aCompleteClusterLetsAServiceStart() {
        assertTimeoutPreemptively(
                SOON_AFTER,
                () -> new ClusterGate(
                                SharedCluster.settings(), SharedCluster.serdes().registry())
                        .await(PATIENCE));
    }

    @Test
    void aBrokerThatIsAwayIsNamedWithItsSettingSoonAfterThePatienceIsOver() throws IOException {
        String nowhere = "127.0.0.1:" + closedPort();
        KafkaSettings settings =
                new KafkaSettings(nowhere, SharedCluster.settings().registryUrl());
        String refusal = refusal(settings, settings.serdes().registry());
        assertTrue(
                refusal.startsWith(
                        "gave up after 1 s: Kafka at " + nowhere + " (kafka.bootstrap.servers) does not answer"),
                refusal);
    }

    @Test
    void aRegistryThatIsAwayIsNamedWithItsSetting() throws IOException {
        String nowhere = "http://127.0.0.1:" + closedPort() + "/apis/ccompat/v7";
        KafkaSettings settings = new KafkaSettings(SharedCluster.settings().bootstrapServers(), nowhere);
        String refusal = refusal(settings, settings.serdes().registry());
        assertTrue(
                refusal.contains("the schema registry at " + nowhere + " (saddle.registry.url) does not answer"),
                refusal);
    }

    /** It stood in the log and in the probe that anybody may ask. */
    @Test
    void aPasswordInTheRegistrysAddressIsNotTold() throws IOException {
        int port = closedPort();
        KafkaSettings settings = new KafkaSettings(
                SharedCluster.settings().bootstrapServers(), "http://user:secret@127.0.0.1:" + port + "/v7");
        String refusal = refusal(settings, settings.serdes().registry());
        assertTrue(refusal.contains("the schema registry at http://127.0.0.1:" + port + "/v7 ("), refusal);
        assertFalse(refusal.contains("secret"), refusal);
    }

    /** Nothing was said of it for four minutes, whatever the patience was. */
    @Test
    void aRegistryThatTakesConnectionsAndSaysNothingIsNamedSoonAfterThePatienceIsOver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            String there = "http://127.0.0.1:" + silent.getLocalPort() + "/apis/ccompat/v7";
            KafkaSettings settings = new KafkaSettings(SharedCluster.settings().bootstrapServers(), there);
            ClusterGate gate = new ClusterGate(settings, settings.serdes().registry());
            String missing =
                    "the schema registry at " + there + " (saddle.registry.url) does not answer: no answer in 5 s";
            assertTimeoutPreemptively(
                    SOON_AFTER,
                    () -> assertEquals(
                            "gave up after 1 s: " + missing,
                            assertThrows(ClusterGate.ClusterUnavailableException.class, () -> gate.await(PATIENCE))
                                    .getMessage()));
        }
    }

    @Test
    void whatIsWaitedForIsToldMeanwhile() throws Exception {
        CompletableFuture<Collection<String>> answer = new CompletableFuture<>();
        SchemaRegistryClient slow = new MockSchemaRegistryClient() {
            @Override
            public Collection<String> getAllSubjects() {
                return answer.join();
            }
        };
        ClusterGate gate = new ClusterGate(SharedCluster.settings(), slow);
        assertEquals(Optional.empty(), gate.obstacle());
        CompletableFuture<Void> start =
                CompletableFuture.runAsync(() -> assertDoesNotThrow(() -> gate.await(Duration.ofMinutes(5))));
        await().until(() -> gate.obstacle().isPresent());
        assertTrue(gate.obstacle().orElseThrow().contains("(saddle.registry.url) does not answer"));

        for (Topic<?> topic : Topics.all()) {
            slow.register(topic.subject(), new AvroSchema(topic.schema()));
        }
        answer.complete(SharedCluster.serdes().registry().getAllSubjects());
        start.get(1, TimeUnit.MINUTES);
        assertEquals(Optional.empty(), gate.obstacle());
    }

    @Test
    void topicsThatAreMissingAreListedWithTheRemedy() throws Exception {
        String topic = Topics.FID_SCORES.deadLetterName();
        try (Admin admin = Admin.create(SharedCluster.settings().admin())) {
            admin.deleteTopics(List.of(topic)).all().get();
            try {
                // The broker hears of it from the controller, and may list it a moment longer.
                await().until(() -> !admin.listTopics().names().get().contains(topic));
                String refusal =
                        refusal(SharedCluster.settings(), SharedCluster.serdes().registry());
                assertTrue(refusal.contains("lacks the topics [" + topic + "]; ./saddle setup makes them"), refusal);
            } finally {
                admin.createTopics(List.of(
                                new NewTopic(topic, Optional.of(Topics.FID_SCORES.partitions()), Optional.empty())))
                        .all()
                        .get();
            }
        }
    }

    @Test
    void subjectsThatAreMissingAreListedWithTheRemedy() {
        String refusal = refusal(SharedCluster.settings(), new MockSchemaRegistryClient());
        assertTrue(refusal.contains("lacks the subjects ["), refusal);
        Topics.all().forEach(topic -> assertTrue(refusal.contains(topic.subject()), topic.subject()));
        assertEquals(Topics.all().size(), refusal.split("-value", -1).length - 1);
        assertTrue(refusal.endsWith("./saddle setup registers them"), refusal);
    }

    /** Every service of a build was ready on a registry that had the schemas of the one before, and could write nothing. */
    @Test
    void aSubjectWithTheSchemaOfAnotherBuildIsMissingUntilTheSetUpHasRegisteredThisOne() throws Exception {
        SchemaRegistryClient registry = new MockSchemaRegistryClient();
        for (Topic<?> topic : Topics.all()) {
            registry.register(topic.subject(), new AvroSchema(topic.schema()));
        }
        String subject = Topics.RUN_STATUS.subject();
        registry.deleteSubject(subject);
        registry.register(subject, new AvroSchema("{\"type\": \"record\", \"name\": \"Older\", \"fields\": []}"));
        ClusterGate gate = new ClusterGate(SharedCluster.settings(), registry);

        String refusal = assertThrows(ClusterGate.ClusterUnavailableException.class, () -> gate.await(Duration.ZERO))
                .getMessage();
        assertTrue(
                refusal.endsWith("lacks this build's schemas of [" + subject + "]; ./saddle setup registers them"),
                refusal);

        registry.register(subject, new AvroSchema(Topics.RUN_STATUS.schema()));
        assertTimeoutPreemptively(SOON_AFTER, () -> gate.await(PATIENCE));
        assertEquals(Optional.empty(), gate.obstacle());
    }
}
