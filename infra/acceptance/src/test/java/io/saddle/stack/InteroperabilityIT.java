package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.stack.testing.NodeJs;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.SampleRecords;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** A client that nobody here wrote (kafkajs with Confluent's wire format) reads every topic. */
class InteroperabilityIT {

    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path NODE = Path.of("target/node");
    private static final long PATIENCE_SECONDS = 180;

    private static void assumeNode() throws Exception {
        Optional<String> missing = NodeJs.missing();
        assumeTrue(missing.isEmpty(), () -> missing.get() + ": no reader in another language to try");
    }

    @Test
    void aReaderInAnotherLanguageDecodesEveryTopicThroughTheRegistry() throws Exception {
        assumeNode();
        Files.createDirectories(NODE);
        for (String file : List.of("package.json", "package-lock.json", "read-topics.mjs")) {
            Files.copy(SOURCES.resolve(file), NODE.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run("npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");

        Map<String, JsonNode> values = readInNode();
        for (Topic<?> topic : Topics.all()) {
            JsonNode value = values.get(topic.name());
            if (topic.schema().getField("runId") != null) {
                assertEquals("node", value.path("runId").asText(), topic.name());
            }
            for (Schema.Field field : topic.schema().getFields()) {
                assertTrue(value.hasNonNull(field.name()), topic.name() + "." + field.name() + ": " + value);
            }
        }
        JsonNode status = values.get(Topics.RUN_STATUS.name());
        assertEquals("FAILED", status.path("phase").asText());
        assertEquals(7_000_000_000L, status.path("step").asLong());
        assertEquals(0.125, status.path("etaSeconds").asDouble());
        assertEquals(SampleRecords.TIME.toEpochMilli(), status.path("updatedAt").asLong());
    }

    /** By topic: the value of its one record. A cluster of its own, since the reader fails on other tests' garbage. */
    private static Map<String, JsonNode> readInNode() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "read-topics.mjs"));
        Map<String, JsonNode> values = new HashMap<>();
        try (TestCluster cluster = TestCluster.start()) {
            command.add(cluster.bootstrapServers());
            command.add(cluster.registryUrl());
            command.add(Integer.toString(Topics.all().size()));
            try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
                for (Topic<?> topic : Topics.all()) {
                    records.sample(topic, "node");
                    command.add(topic.name());
                }
            }
            for (String line : run(command.toArray(String[]::new))) {
                JsonNode json = new ObjectMapper().readTree(line);
                values.put(json.path("topic").asText(), json.path("value"));
            }
        }
        return values;
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        Path out = NODE.resolve(command[0] + ".out");
        Path err = NODE.resolve(command[0] + ".err");
        Process process = new ProcessBuilder(command)
                .directory(NODE.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, command[0] + " did not end within " + PATIENCE_SECONDS + " s");
        assertEquals(0, process.exitValue(), Files.readString(out) + Files.readString(err));
        return Files.readAllLines(out);
    }
}
