package io.saddle.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.CommandRun;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.SampleRecords;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class TailCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestCluster cluster;
    private Records records;

    TailCommandIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void connect() {
        records = new Records(cluster.bootstrapServers(), cluster.serdes());
    }

    @AfterEach
    void close() {
        records.close();
    }

    private List<JsonNode> tail(String name, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "topics",
                "tail",
                name,
                "--from-beginning",
                "--bootstrap=" + cluster.bootstrapServers(),
                "--registry=" + cluster.registryUrl()));
        arguments.addAll(List.of(options));
        if (Stream.of(options).noneMatch(option -> option.startsWith("--timeout"))) {
            arguments.add("--timeout=5");
        }
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.lines().stream().map(TailCommandIT::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void recordsOfEveryTopicAreDecoded() {
        Topics.all().forEach(topic -> records.sample(topic, "every"));
        List<JsonNode> lines =
                tail("ALL", "--run=every", "--max=" + Topics.all().size());
        assertEquals(
                Topics.all().stream().map(Topic::name).collect(Collectors.toSet()),
                lines.stream().map(line -> line.path("topic").asText()).collect(Collectors.toSet()));
        for (JsonNode line : lines) {
            Topic<?> topic = Topics.named(line.path("topic").asText());
            assertEquals(
                    topic.schema().getFields().stream()
                            .map(field -> field.name())
                            .toList(),
                    fieldNames(line.path("value")),
                    topic.name());
            if (topic.schema().getField("runId") != null) {
                assertEquals("every", line.path("value").path("runId").asText());
            }
            assertEquals("every", line.path("key").asText());
        }
    }

    private static List<String> fieldNames(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void timesAreIsoInstantsAndOptionalValuesPlain() {
        records.sample(Topics.RUN_STATUS, "times");
        JsonNode value =
                tail(Topics.RUN_STATUS.name(), "--run=times", "--max=1").get(0).path("value");
        assertEquals(SampleRecords.TIME.toString(), value.path("updatedAt").asText());
        assertEquals(0.125, value.path("etaSeconds").asDouble());
        assertEquals("FAILED", value.path("phase").asText());
        assertEquals(7_000_000_000L, value.path("step").asLong());
    }

    @Test
    void whatCannotBeReadIsShownWithItsBytes() {
        byte[] garbage = {7, 1, 2, 3};
        records.raw(Topics.ALERTS.name(), "garbage", garbage);
        records.raw(Topics.ALERTS.name(), "garbage", new byte[] {0, 0x7f, 0, 0, 0, 1});
        records.raw(Topics.ALERTS.name(), "garbage", null);
        records.sample(Topics.ALERTS, "garbage");
        List<JsonNode> lines = tail(Topics.ALERTS.name(), "--run=garbage", "--max=4");
        assertTrue(lines.get(0).path("unreadable").asText().startsWith("not in the Confluent wire format"));
        assertEquals(
                Base64.getEncoder().encodeToString(garbage),
                lines.get(0).path("base64").asText());
        assertTrue(lines.get(1).path("unreadable").asText().contains("the registry knows no schema"), lines.toString());
        assertTrue(lines.get(2).path("value").isNull());
        assertEquals("garbage", lines.get(3).path("value").path("runId").asText());
    }

    @Test
    void aConstraintsDefinitionBelongsToItsRun() {
        records.raw(Topics.CONSTRAINTS.name(), Topics.constraintKey("mine", "c"), null);
        records.raw(Topics.CONSTRAINTS.name(), Topics.constraintKey("mine-too", "c"), null);
        List<JsonNode> lines = tail(Topics.CONSTRAINTS.name(), "--run=mine", "--timeout=1");
        assertEquals(
                List.of("mine/c"),
                lines.stream().map(line -> line.path("key").asText()).toList());
    }

    @Test
    void deadLettersAreShownWithTheirHeaders() {
        records.raw(
                Topics.RUNS.deadLetterName(),
                "dead",
                new byte[] {1},
                new RecordHeaders().add("saddle.dlq.reason", "no good".getBytes()));
        JsonNode line =
                tail(Topics.RUNS.deadLetterName(), "--run=dead", "--max=1").get(0);
        assertEquals("no good", line.path("headers").path("saddle.dlq.reason").asText());
        assertEquals("AQ==", line.path("base64").asText());
    }

    @Test
    void anUnknownTopicIsRefusedWithThoseThatExist() {
        CommandRun run = CommandRun.of("topics", "tail", "saddle.none", "--bootstrap=" + cluster.bootstrapServers());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("no topic 'saddle.none'; there are ALL, saddle.runs, "), run.err());
    }

    @Test
    void everyTopicIsListed() {
        CommandRun run = CommandRun.of("topics", "list", "--bootstrap=" + cluster.bootstrapServers());
        assertEquals(0, run.exitCode());
        Set<String> names = run.lines().stream().map(line -> line.split(" ")[0]).collect(Collectors.toSet());
        assertTrue(names.containsAll(Topics.all().stream().map(Topic::name).toList()), run.out());
        assertTrue(!run.out().contains("MISSING"), run.out());
    }
}
