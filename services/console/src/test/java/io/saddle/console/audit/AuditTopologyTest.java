package io.saddle.console.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.audit.ChainCheck;
import io.saddle.audit.ChangeOrigin;
import io.saddle.console.streams.StoreSerde;
import io.saddle.kafka.TopicPlaces;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.DesiredState;
import io.saddle.schema.FieldChange;
import io.saddle.schema.Pipeline;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Decoded;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTopologyTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final ChangeOrigin ANN = new ChangeOrigin("ann", "10.1.2.3", "saddle/1", "too slow – really");

    @TempDir
    Path stateDir;

    private final Serdes serdes = RegisteredSerdes.ofAll();
    private final Map<String, List<byte[]>> past = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final List<byte[]> written = new ArrayList<>();
    private Instant now = NOW;
    private Map<String, String> topicIds = Map.of(Topics.RUNS.name(), "anId", Topics.RUN_METADATA.name(), "another");
    private int starts;
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        driver = newDriver();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private TopologyTestDriver newDriver() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "audit-test");
        settings.put(
                StreamsConfig.STATE_DIR_CONFIG, stateDir.resolve("" + starts++).toString());
        return new TopologyTestDriver(
                AuditTopology.of(
                        serdes,
                        (topic, partition, action) -> {
                            past.getOrDefault(topic.name(), List.of()).forEach(action);
                            return ends.getOrDefault(topic.name(), 0L);
                        },
                        (topic, partition) -> new TopicPlaces(topicIds, ends, ends)),
                settings,
                NOW);
    }

    /** A start with the state as it was, to which the topics come from their beginnings: a driver counts offsets from 0. */
    private void startWithoutTheGroupsOffsets() {
        TopologyTestDriver before = driver;
        past.clear();
        driver = newDriver();
        copy(before.<String, Subject>getKeyValueStore(AuditProcessor.SUBJECTS), AuditProcessor.SUBJECTS);
        copy(before.<String, String>getKeyValueStore(AuditProcessor.HEADS), AuditProcessor.HEADS);
        before.close();
    }

    private <T> void copy(KeyValueStore<String, T> from, String name) {
        KeyValueStore<String, T> to = driver.getKeyValueStore(name);
        try (KeyValueIterator<String, T> all = from.all()) {
            all.forEachRemaining(entry -> to.put(entry.key, entry.value));
        }
    }

    private void raw(Topic<?> topic, String key, byte[] value, ChangeOrigin origin) {
        ends.merge(topic.name(), 1L, Long::sum);
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, new RecordHeaders(origin.headers()), now.toEpochMilli()));
        if (value != null) {
            past.computeIfAbsent(topic.name(), any -> new ArrayList<>()).add(value);
        }
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value, ChangeOrigin origin) {
        raw(topic, key, serdes.serializer(topic).serialize(topic.name(), value), origin);
    }

    /** Entries since the last call. */
    private List<AuditEntry> entries() {
        List<AuditEntry> entries = new ArrayList<>();
        driver.createOutputTopic(Topics.AUDIT.name(), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .forEach(record -> {
                    written.add(record.value());
                    past.computeIfAbsent(Topics.AUDIT.name(), any -> new ArrayList<>())
                            .add(record.value());
                    AuditEntry entry = ((Decoded.Value<AuditEntry>)
                                    serdes.decoder(Topics.AUDIT).deserialize(Topics.AUDIT.name(), record.value()))
                            .value();
                    assertEquals(record.key(), entry.getKey());
                    entries.add(entry);
                });
        return entries;
    }

    /** ACTION topic key by: field was>now ... */
    private static String words(AuditEntry entry) {
        return (entry.getAction() + " " + entry.getTopic().replace("saddle.", "") + " " + entry.getKey() + " "
                        + entry.getChangedBy() + ": "
                        + entry.getChanges().stream()
                                .map(AuditTopologyTest::words)
                                .collect(Collectors.joining(" ")))
                .strip();
    }

    private static String words(FieldChange change) {
        return change.getField() + " " + change.getWas() + ">" + change.getNow();
    }

    private List<String> said() {
        return entries().stream().map(AuditTopologyTest::words).toList();
    }

    private void assertUnbroken(int entries) {
        ChainCheck check = new ChainCheck(0, Map.of());
        written.forEach(value -> check.next(
                ((Decoded.Value<AuditEntry>) serdes.decoder(Topics.AUDIT).deserialize(Topics.AUDIT.name(), value))
                        .value(),
                value));
        assertEquals(List.of(), check.faults());
        assertEquals(entries, check.entries());
    }

    private static TrainingRun run(long revision, DesiredState desired, double rate) {
        return TrainingRun.newBuilder()
                .setRunId("r")
                .setRevision(revision)
                .setDesiredState(desired)
                .setSpec("{\"name\":\"r\",\"dual\":{\"learningRate\":" + rate + "}}")
                .setConstraintIds(List.of("four"))
                .setUpdatedAt(NOW)
                .setUpdatedBy("somebody")
                .setSpecVersion(1)
                .setSubmittedAt(NOW)
                .build();
    }

    @Test
    void anEntryTellsWhoChangedWhatWhenWhyAndFromWhere() {
        send(Topics.RUNS, "r", run(1, DesiredState.RUNNING, 0.5), ChangeOrigin.UNKNOWN);
        send(Topics.RUNS, "r", run(2, DesiredState.PAUSED, 0.25), ANN);
        List<AuditEntry> entries = entries();
        assertTrue(words(entries.get(0)).startsWith("CREATED runs r somebody: runId null>r "), words(entries.get(0)));
        AuditEntry changed = entries.get(1);
        assertEquals("CHANGED runs r ann: desiredState RUNNING>PAUSED spec.dual.learningRate 0.5>0.25", words(changed));
        assertEquals(
                List.of("10.1.2.3", "saddle/1", "too slow – really", NOW, 1L),
                List.of(
                        changed.getClient(),
                        changed.getAgent(),
                        changed.getReason(),
                        changed.getAt(),
                        changed.getOffset()));
        assertUnbroken(2);
    }

    @Test
    void aDeletionAndWhatComesAfterItAreEntriesAndTheSameRecordTwiceIsOne() {
        TrainingRun run = run(1, DesiredState.RUNNING, 0.5);
        raw(Topics.RUNS, "r", null, ANN);
        send(Topics.RUNS, "r", run, ANN);
        send(Topics.RUNS, "r", run, ANN);
        raw(Topics.RUNS, "r", null, ANN);
        raw(Topics.RUNS, "r", null, ANN);
        now = NOW.plusSeconds(1);
        send(Topics.RUNS, "r", run, ANN);
        assertEquals(
                List.of("CREATED", "DELETED", "CREATED"),
                entries().stream().map(entry -> entry.getAction().name()).toList());
        assertUnbroken(3);
    }

    /** A program of somebody's that writes rubbish onto the topic has written something. */
    @Test
    void aRecordThatNobodyCanReadIsToldOf() {
        raw(Topics.RUNS, "r", "rubbish".getBytes(StandardCharsets.UTF_8), ChangeOrigin.UNKNOWN);
        AuditEntry entry = entries().get(0);
        assertEquals("unreadable", entry.getChanges().get(0).getField());
        assertTrue(entry.getChanges().get(0).getNow().startsWith("not in the Confluent wire format"));
    }

    @Test
    void aChainGoesOnWhereItsStateIsLostAndSaysNothingTwice() {
        TrainingRun first = run(1, DesiredState.RUNNING, 0.5);
        send(Topics.RUNS, "r", run(9, DesiredState.PAUSED, 0.5), ANN);
        raw(Topics.RUNS, "r", null, ANN);
        now = NOW.plusMillis(1);
        send(Topics.RUNS, "r", first, ANN);
        RunMetadata labelled = RunMetadata.newBuilder()
                .setRunId("r")
                .setRevision(1)
                .setLabels(Map.of("team", "a"))
                .setLifecycle(RunLifecycle.ACTIVE)
                .setLifecycleSince(NOW)
                .setUpdatedAt(NOW)
                .build();
        send(Topics.RUN_METADATA, "r", labelled, ANN);
        entries();
        driver.close();
        driver = newDriver();
        // As a restored backup brings it all again.
        now = NOW;
        send(Topics.RUNS, "r", run(9, DesiredState.PAUSED, 0.5), ANN);
        raw(Topics.RUNS, "r", null, ANN);
        now = NOW.plusMillis(1);
        send(Topics.RUNS, "r", first, ANN);
        now = NOW.plusSeconds(1);
        send(Topics.RUNS, "r", run(2, DesiredState.STOPPED, 0.5), ANN);
        send(
                Topics.RUN_METADATA,
                "r",
                RunMetadata.newBuilder(labelled)
                        .setRevision(2)
                        .setLabels(Map.of("team", "b"))
                        .build(),
                ANN);
        assertEquals(
                List.of(
                        "CHANGED runs r ann: desiredState RUNNING>STOPPED",
                        "CHANGED run-metadata r ann: labels.team a>b"),
                said());
        assertUnbroken(6);
    }

    @Test
    void aRecordOfManyFieldsIsCutAndSaysSo() {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            labels.put("k" + i, "v".repeat(300));
        }
        send(
                Topics.RUN_METADATA,
                "r",
                RunMetadata.newBuilder()
                        .setRunId("r")
                        .setRevision(1)
                        .setLabels(labels)
                        .setLifecycle(RunLifecycle.ACTIVE)
                        .setLifecycleSince(NOW)
                        .setUpdatedAt(NOW)
                        .build(),
                ANN);
        AuditEntry entry = entries().get(0);
        assertEquals(64, entry.getChanges().size());
        // runId, lifecycle, lifecycleSince, withHistory and the labels
        assertEquals(104 - 64, entry.getMoreChanges());
        assertEquals(200 + 1 + 16, entry.getChanges().get(5).getNow().length(), "its beginning and its hash");
    }

    /** By somebody who may write to the topic: a token that was revoked would be good again, and the audit said nothing of it. */
    @Test
    void anOldRecordThatIsWrittenAgainIsAChangeWhateverTimeItSays() {
        TrainingRun first = run(1, DesiredState.RUNNING, 0.5);
        send(Topics.RUNS, "r", first, ANN);
        send(Topics.RUNS, "r", run(2, DesiredState.STOPPED, 0.5), ANN);
        send(Topics.RUNS, "r", first, ANN);
        assertEquals(
                List.of(
                        "CHANGED runs r ann: desiredState RUNNING>STOPPED",
                        "CHANGED runs r ann: desiredState STOPPED>RUNNING"),
                said().subList(1, 3));
        assertUnbroken(3);
    }

    /** A pipeline may have data of its own in it; the store's changelog takes a megabyte a record. */
    @Test
    void whatIsKeptOfARecordHasABoundAndStillShowsEachChange() {
        StringBuilder numbers = new StringBuilder();
        for (int i = 0; i < 30_000; i++) {
            numbers.append(i == 0 ? "" : ",").append(i);
        }
        String definition = "{\"name\":\"p\",\"ids\":[" + numbers + "],\"text\":\"" + "x".repeat(5000) + "\"}";
        send(Topics.PIPELINES, "p/1", new Pipeline("p", 1, definition, NOW, "ann"), ANN);
        String other = definition.replace("29999", "30000");
        send(Topics.PIPELINES, "p/1", new Pipeline("p", 1, other, NOW, "ann"), ANN);
        List<AuditEntry> entries = entries();
        assertEquals(1, entries.get(1).getChanges().size());
        assertEquals("…", entries.get(1).getChanges().get(0).getField());
        byte[] kept = StoreSerde.of(Subject.class)
                .serializer()
                .serialize(
                        "store",
                        driver.<String, Subject>getKeyValueStore(AuditProcessor.SUBJECTS)
                                .get(Topics.PIPELINES.name() + " p/1"));
        assertTrue(kept.length < 500_000, kept.length + " bytes");
    }

    private void sendThreeOfOneRunAndItsDeletion() {
        send(Topics.RUNS, "r", run(1, DesiredState.RUNNING, 0.5), ANN);
        send(Topics.RUNS, "r", run(2, DesiredState.STOPPED, 0.5), ANN);
        send(Topics.RUNS, "r", run(3, DesiredState.PAUSED, 0.5), ANN);
        raw(Topics.RUNS, "r", null, ANN);
    }

    private List<String> actions() {
        return entries().stream().map(entry -> entry.getAction().name()).toList();
    }

    /** Kafka forgets those of a group that nobody was in for a week. */
    @Test
    void nothingIsToldTwiceOrInventedWhereTheGroupsOffsetsAreLostAndTheStateIsNot() {
        sendThreeOfOneRunAndItsDeletion();
        send(Topics.RUNS, "r", run(4, DesiredState.RUNNING, 0.5), ANN);
        // What changes nothing is read, too.
        send(Topics.RUNS, "r", run(4, DesiredState.RUNNING, 0.5), ANN);
        assertEquals(5, entries().size());
        startWithoutTheGroupsOffsets();
        sendThreeOfOneRunAndItsDeletion();
        send(Topics.RUNS, "r", run(4, DesiredState.RUNNING, 0.5), ANN);
        send(Topics.RUNS, "r", run(4, DesiredState.RUNNING, 0.5), ANN);
        assertEquals(List.of(), said());
        send(Topics.RUNS, "r", run(5, DesiredState.STOPPED, 0.5), ANN);
        assertEquals(List.of("CHANGED runs r ann: desiredState RUNNING>STOPPED"), said());
        assertUnbroken(6);
    }

    @Test
    void aTopicThatWasMadeAgainIsToldOfFromItsFirstRecordAndOnce() {
        sendThreeOfOneRunAndItsDeletion();
        assertEquals(4, entries().size());
        topicIds = Map.of(Topics.RUNS.name(), "anId2");
        startWithoutTheGroupsOffsets();
        send(Topics.RUNS, "r", run(1, DesiredState.RUNNING, 0.25), ANN);
        send(Topics.RUNS, "r", run(2, DesiredState.STOPPED, 0.25), ANN);
        assertEquals(List.of("CREATED", "CHANGED"), actions());
        startWithoutTheGroupsOffsets();
        send(Topics.RUNS, "r", run(1, DesiredState.RUNNING, 0.25), ANN);
        send(Topics.RUNS, "r", run(2, DesiredState.STOPPED, 0.25), ANN);
        raw(Topics.RUNS, "r", null, ANN);
        assertEquals(List.of("DELETED"), actions());
        assertUnbroken(7);
    }

    @Test
    void stateOfAnEarlierReleaseIsReadAndKeepsTheOffsetsFromThenOn() {
        topicIds = Map.of();
        sendThreeOfOneRunAndItsDeletion();
        entries();
        topicIds = Map.of(Topics.RUNS.name(), "anId");
        KeyValueStore<String, String> heads = driver.getKeyValueStore(AuditProcessor.HEADS);
        try (KeyValueIterator<String, String> all = heads.all()) {
            assertEquals("head", all.next().key);
            assertTrue(!all.hasNext());
        }
        startWithoutTheGroupsOffsets();
        sendThreeOfOneRunAndItsDeletion();
        assertEquals(4, entries().size(), "as that release did");
        startWithoutTheGroupsOffsets();
        sendThreeOfOneRunAndItsDeletion();
        assertEquals(List.of(), said());
        assertUnbroken(8);
    }
}
