package io.saddle.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.saddle.kafka.BoundedRead;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.TopicEnds;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.serde.Serdes;
import io.saddle.service.ServiceLifecycle;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A console over a real broker and registry, a run of its own for each test, and a look at what stands on the topics. */
@QuarkusTestResource(ClusterResource.class)
abstract class ConsoleTest {

    static final ObjectMapper JSON = new ObjectMapper();

    static {
        // Only a failure waits so long; other modules' tests may have the processor meanwhile.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }

    @TestHTTPResource("/api/runs")
    URL runs;

    @Inject
    ServiceLifecycle lifecycle;

    @Inject
    KafkaSettings kafka;

    @Inject
    Serdes serdes;

    @Inject
    Publisher publisher;

    @TempDir
    Path folder;

    /** An upgrade to HTTP/2 can be lost between the JDK's client and the server: then it waits for ever. */
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final String run = "run-" + UUID.randomUUID();

    @BeforeEach
    void waitUntilTheConsoleIsAtWork() {
        await().until(lifecycle::isReady);
    }

    static String specification(String name) {
        return """
                name: %s
                description: two rare digits
                dual: {mode: ASYNC}
                constraints:
                  - {id: four, threshold: 0.1, data: {classes: {4: {count: 50}}}}
                  - {id: five, threshold: 0.2, data: {classes: {5: {count: 50}}}}
                """.formatted(name);
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, "application/yaml", body);
    }

    HttpResponse<String> send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(runs + path))
                .header("Content-Type", contentType)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(runs + path)).build(), BodyHandlers.ofString());
    }

    void submit() throws IOException, InterruptedException {
        HttpResponse<String> response = post("", specification(run));
        assertEquals(201, response.statusCode(), response.body());
    }

    static JsonNode problem(int status, HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        assertTrue(
                response.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json"),
                response.headers().map().toString());
        JsonNode problem = JSON.readTree(response.body());
        assertEquals(status, problem.get("status").asInt());
        return problem;
    }

    static List<String> paths(JsonNode problem) {
        List<String> paths = new ArrayList<>();
        problem.get("problems").forEach(p -> paths.add(p.get("path").asText()));
        return paths;
    }

    /** The values of this test's run that stand on a topic now, in order. */
    <T extends SpecificRecord> List<T> written(Topic<T> topic) {
        return written(topic, run);
    }

    /** Those of another run, or whatever else the part of a key before the first slash names. */
    <T extends SpecificRecord> List<T> written(Topic<T> topic, String of) {
        List<T> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer("look"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            BoundedRead.read(consumer, TopicEnds.now(kafka.reader(), partitions), record -> {
                if (new String(record.key(), UTF_8).split("/")[0].equals(of)) {
                    values.add(serdes.deserializer(topic).deserialize(topic.name(), record.value()));
                }
            });
        }
        return values;
    }

    void status(RunPhase phase, long step) throws Exception {
        RunStatus status = RunStatus.newBuilder()
                .setRunId(run)
                .setPhase(phase)
                .setStep(step)
                .setTotalSteps(2000)
                .setDualStep(2)
                .setWorker("trainer-1")
                .setMessage("said by the test")
                .setPrecision("bf16")
                .setUpdatedAt(Instant.parse("2026-01-02T03:04:05Z"))
                .build();
        publisher.send(Topics.RUN_STATUS, run, status).get();
    }
}
