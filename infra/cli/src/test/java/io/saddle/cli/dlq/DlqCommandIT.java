package io.saddle.cli.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.audit.ChangeOrigin;
import io.saddle.cli.CommandRun;
import io.saddle.kafka.BoundedRead;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Rejection;
import io.saddle.kafka.TopicEnds;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.OpenTransaction;
import io.saddle.stack.testing.SampleRecords;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class DlqCommandIT {

    private static final byte[] GARBAGE = {7, 1, 2, 3};

    private final TestCluster cluster;
    private final KafkaSettings settings;
    private final String run = "dead-" + UUID.randomUUID();
    private KafkaProducer<byte[], byte[]> producer;

    DlqCommandIT(TestCluster cluster) {
        this.cluster = cluster;
        this.settings = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
    }

    @BeforeEach
    void connect() {
        producer = new KafkaProducer<>(settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private CommandRun dlq(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dlq"));
        all.addAll(List.of(arguments));
        all.add("--bootstrap=" + cluster.bootstrapServers());
        all.add("--registry=" + cluster.registryUrl());
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** Puts a record on the topic and a letter of it from each service; returns where it stood. */
    private RecordPosition dead(Topic<?> topic, byte[] value, String reason, String... services) throws Exception {
        return dead(topic, value, ChangeOrigin.UNKNOWN, reason, services);
    }

    private RecordPosition dead(Topic<?> topic, byte[] value, ChangeOrigin origin, String reason, String... services)
            throws Exception {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic.name(), run.getBytes(UTF_8), value);
        for (Header header : origin.headers()) {
            record.headers().add(header);
        }
        record.headers().add("trace", "t-1".getBytes(UTF_8));
        RecordMetadata sent = producer.send(record).get();
        ConsumerRecord<byte[], byte[]> bad = at(new RecordPosition(sent.topic(), sent.partition(), sent.offset()))
                .get(0);
        for (String service : services) {
            new DeadLetters(producer, service)
                    .reject(topic, bad, new Rejection(reason, new IllegalArgumentException(reason), "g-" + service))
                    .get();
        }
        return new RecordPosition(sent.topic(), sent.partition(), sent.offset());
    }

    /** The record at this place and those of this test's run behind it. */
    private List<ConsumerRecord<byte[], byte[]>> at(RecordPosition position) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        TopicPartition partition = new TopicPartition(position.topic(), position.partition());
        try (var consumer = new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                settings.consumer("look"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, position.offset());
            BoundedRead.read(consumer, TopicEnds.now(settings.reader(), List.of(partition)), record -> {
                if (run.equals(new String(record.key(), UTF_8))) {
                    found.add(record);
                }
            });
        }
        return found;
    }

    private JsonNode listed(Topic<?> topic) throws Exception {
        CommandRun list = dlq("list", topic.name(), "--json");
        assertEquals(0, list.exitCode(), list.err());
        return new ObjectMapper().readTree(list.out()).get(0);
    }

    @Test
    void aRecordThatTwoServicesGaveUpIsOneRecordInTwoLetters() throws Exception {
        JsonNode before = listed(Topics.FID_SCORES);
        String reason = "no good " + run;
        RecordPosition origin = dead(Topics.FID_SCORES, GARBAGE, reason, "console", "other");

        JsonNode after = listed(Topics.FID_SCORES);
        assertEquals(before.get("records").asInt() + 1, after.get("records").asInt());
        assertEquals(before.get("letters").asInt() + 2, after.get("letters").asInt());
        JsonNode mine = after.findParents("reason").stream()
                .filter(node -> node.path("reason").asText().equals(reason) && node.has("key"))
                .findFirst()
                .orElseThrow();
        assertEquals(origin.offset(), mine.get("offset").asLong());
        assertEquals(2, mine.get("letters").asInt());
        assertEquals("console, other", mine.get("services").asText());

        String text = dlq("list").out();
        assertTrue(text.contains("saddle.fid-scores: "), text);
        assertTrue(text.contains("2  " + reason + " (console, other)"), text);
    }

    @Test
    void aLetterIsShownWithHeadersBytesAndWhatItDecodesTo() throws Exception {
        byte[] sound = cluster.serdes()
                .serializer(Topics.FID_SCORES)
                .serialize(Topics.FID_SCORES.name(), SampleRecords.of(Topics.FID_SCORES, run));
        RecordPosition origin = dead(Topics.FID_SCORES, sound, "the disk was away", "console");
        String shown = dlq("show", "saddle.fid-scores.dlq", origin.onTopic()).out();
        assertTrue(shown.contains("saddle.dlq.exception: java.lang.IllegalArgumentException"), shown);
        assertTrue(shown.contains("saddle.dlq.group: g-console"), shown);
        assertTrue(shown.contains("trace: t-1"), shown);
        assertTrue(shown.contains("key:     " + run), shown);
        assertTrue(shown.contains("decoded: {\"runId\":\"" + run), shown);

        dead(Topics.FID_SCORES, new byte[] {27, '[', '3', '1', 'm', 'x'}, "colours", "console");
        String newest = dlq("show", Topics.FID_SCORES.name()).out();
        assertTrue(newest.contains("hex:     1b5b33316d78"), newest);
        assertTrue(newest.contains("text:    .[31mx"), newest);
        assertTrue(newest.contains("decoded: no: not in the Confluent wire format"), newest);
    }

    @Test
    void aReplayedRecordIsTheOldOneWithItsOriginAndIsSentOnceHoweverOftenAsked() throws Exception {
        RecordPosition origin = dead(Topics.FID_SCORES, GARBAGE, "not now", "console", "other");

        CommandRun dry = dlq("replay", Topics.FID_SCORES.name(), origin.onTopic(), "--dry-run");
        assertTrue(dry.out().contains("to send:  " + origin.onTopic()), dry.out());
        assertEquals(1, at(origin).size());

        CommandRun first = dlq("replay", Topics.FID_SCORES.name(), origin.onTopic(), "--yes");
        assertEquals(0, first.exitCode(), first.err() + first.out());
        List<ConsumerRecord<byte[], byte[]>> both = at(origin);
        assertEquals(2, both.size());
        ConsumerRecord<byte[], byte[]> again = both.get(1);
        assertArrayEquals(GARBAGE, again.value());
        assertEquals(RunPartitioner.partition(run, Topics.FID_SCORES.partitions()), again.partition());
        assertEquals(
                Map.of("trace", "t-1", DeadLetterHeaders.REPLAYED, origin.toString()),
                Map.of(
                        "trace",
                        new String(again.headers().lastHeader("trace").value(), UTF_8),
                        DeadLetterHeaders.REPLAYED,
                        new String(
                                again.headers()
                                        .lastHeader(DeadLetterHeaders.REPLAYED)
                                        .value(),
                                UTF_8)));
        assertNull(again.headers().lastHeader(DeadLetterHeaders.REASON));

        CommandRun second = dlq("replay", Topics.FID_SCORES.name(), origin.onTopic(), "--yes");
        assertTrue(second.out().contains("was replayed to saddle.fid-scores-"), second.out());
        assertTrue(second.out().contains("nothing to replay"), second.out());
        assertEquals(0, second.exitCode(), "as often as it is asked for");
        assertEquals(2, at(origin).size());

        new DeadLetters(producer, "console")
                .reject(Topics.FID_SCORES, again, new Rejection("still not", null, "g"))
                .get();
        String list = dlq("list", Topics.FID_SCORES.name()).out();
        assertTrue(list.contains("[failed again, was " + origin + "]"), list);
        assertTrue(list.contains("[replayed to saddle.fid-scores-" + again.partition() + "@" + again.offset()), list);
    }

    /** A letter of a record that is no longer on its topic; returns where that stood. */
    private RecordPosition gone(Topic<?> topic) throws Exception {
        RecordPosition place =
                new RecordPosition(topic.name(), RunPartitioner.partition(run, topic.partitions()), 1L << 40);
        new DeadLetters(producer, "console")
                .reject(
                        topic,
                        new ConsumerRecord<>(
                                place.topic(), place.partition(), place.offset(), run.getBytes(UTF_8), GARBAGE),
                        new Rejection("bad", null, "g"))
                .get();
        return place;
    }

    /** It was said, and the exit code was that of success. */
    @Test
    void whatIsLeftOutIsAFailureUnlessItWasReplayedAlready() throws Exception {
        String topic = Topics.EVALUATORS.name();
        RecordPosition gone = gone(Topics.EVALUATORS);
        CommandRun alone = dlq("replay", topic, gone.onTopic(), "--yes");
        assertTrue(alone.out().contains("nothing to replay"), alone.out());
        assertEquals(1, alone.exitCode());

        RecordPosition there = dead(Topics.EVALUATORS, GARBAGE, "not now", "console");
        assertEquals(1, dlq("replay", topic, "--all", "--dry-run").exitCode());
        CommandRun beside = dlq("replay", topic, gone.onTopic(), there.onTopic(), "--yes");
        assertEquals(2, at(there).size());
        assertTrue(beside.out().contains("1 of 2 sent to " + topic), beside.out());
        assertEquals(1, beside.exitCode());

        CommandRun rest = dlq("replay", topic, "--all", "--yes");
        assertTrue(rest.out().contains("left out: " + gone.onTopic() + ": "), rest.out());
        assertFalse(rest.out().contains("left out: " + there.onTopic() + ": "), rest.out());
        assertEquals(1, rest.exitCode());
        assertEquals(
                0,
                dlq("replay", topic, "--all", "--yes", "--unverified", "--overwrite")
                        .exitCode());
        assertEquals(0, dlq("replay", topic, "--all", "--yes").exitCode());
    }

    /** The other one had sent it, and this one failed without a word of why. */
    @Test
    void whatAnotherReplaySendsWhileTheQuestionWaitsIsNoFailure() throws Exception {
        RecordPosition origin = dead(Topics.FID_SCORES, GARBAGE, "not now", "console");
        CommandRun replay = answered(
                () -> {
                    CommandRun other = dlq("replay", Topics.FID_SCORES.name(), origin.onTopic(), "--yes");
                    assertEquals(0, other.exitCode(), other.err() + other.out());
                },
                Topics.FID_SCORES,
                origin);
        assertEquals(2, at(origin).size());
        assertTrue(
                replay.out().contains("left out: " + origin.onTopic() + ": another replay has sent it meanwhile"),
                replay.out());
        assertEquals(0, replay.exitCode(), replay.err() + replay.out());
    }

    /** A replay whose question is answered with yes once something has been done. */
    private CommandRun answered(Doing before, Topic<?> topic, RecordPosition origin) {
        InputStream standardInput = System.in;
        System.setIn(new InputStream() {

            private final InputStream answer = new ByteArrayInputStream("y\n".getBytes(UTF_8));
            private boolean asked;

            @Override
            public int read() throws IOException {
                if (!asked) {
                    asked = true;
                    try {
                        before.run();
                    } catch (InterruptedException | ExecutionException e) {
                        throw new IOException(e);
                    }
                }
                return answer.read();
            }
        });
        try {
            return dlq("replay", topic.name(), origin.onTopic());
        } finally {
            System.setIn(standardInput);
        }
    }

    /** What is done before an answer. */
    private interface Doing {
        void run() throws InterruptedException, ExecutionException;
    }

    @Test
    void withoutAnAnswerNothingIsSent() throws Exception {
        RecordPosition origin = dead(Topics.FID_SCORES, GARBAGE, "not now", "console");
        InputStream standardInput = System.in;
        System.setIn(new ByteArrayInputStream("no\n".getBytes(UTF_8)));
        try {
            CommandRun run = dlq("replay", Topics.FID_SCORES.name(), origin.onTopic());
            assertEquals(1, run.exitCode());
            assertTrue(run.out().contains("Send 1 to saddle.fid-scores? [y/N]"), run.out());
            assertTrue(run.err().contains("nothing was sent"), run.err());
        } finally {
            System.setIn(standardInput);
        }
        assertEquals(1, at(origin).size());
    }

    @Test
    void anOldRecordDoesNotReplaceANewerOneOnACompactedTopicUnlessTold() throws Exception {
        RecordPosition origin = dead(Topics.RUN_STATUS, GARBAGE, "bad", "console");
        producer.send(new ProducerRecord<>(Topics.RUN_STATUS.name(), run.getBytes(UTF_8), new byte[] {9}))
                .get();
        CommandRun refused = dlq("replay", Topics.RUN_STATUS.name(), origin.onTopic(), "--yes");
        assertTrue(refused.out().contains("a later record of its key stands on the topic"), refused.out());
        assertEquals(1, refused.exitCode());
        assertEquals(2, at(origin).size());

        dlq("replay", Topics.RUN_STATUS.name(), origin.onTopic(), "--yes", "--overwrite");
        assertArrayEquals(GARBAGE, at(origin).get(2).value());
    }

    /** It was put under by the old one: the question had waited for its answer meanwhile. */
    @Test
    void whatIsWrittenWhileTheQuestionWaitsIsNotReplaced() throws Exception {
        RecordPosition origin = dead(Topics.RUN_STATUS, GARBAGE, "bad", "console");
        CommandRun replay = answered(
                () -> producer.send(new ProducerRecord<>(Topics.RUN_STATUS.name(), run.getBytes(UTF_8), new byte[] {9}))
                        .get(),
                Topics.RUN_STATUS,
                origin);
        List<ConsumerRecord<byte[], byte[]>> there = at(origin);
        assertArrayEquals(new byte[] {9}, there.get(there.size() - 1).value());
        assertEquals(2, there.size());
        assertEquals(1, replay.exitCode(), replay.err());
        assertTrue(
                replay.out().contains("left out: " + origin.onTopic() + ": a later record of its key stands"),
                replay.out());
        assertTrue(replay.out().contains("0 of 1 sent to " + Topics.RUN_STATUS.name()), replay.out());
    }

    /** Letters that a restore brought, of records that were gone by then. */
    @Test
    void whatOneReplaySendsKeepsNoneOfItsOwnRecordsBack() throws Exception {
        int partition = RunPartitioner.partition(run, Topics.RUN_METADATA.partitions());
        for (byte one = 1; one <= 2; one++) {
            ConsumerRecord<byte[], byte[]> gone = new ConsumerRecord<>(
                    Topics.RUN_METADATA.name(), partition, -3 + one, run.getBytes(UTF_8), new byte[] {7, one});
            new DeadLetters(producer, "console")
                    .reject(Topics.RUN_METADATA, gone, new Rejection("bad", null, "g"))
                    .get();
        }
        CommandRun replay = dlq("replay", Topics.RUN_METADATA.name(), "--all", "--yes", "--unverified");
        assertEquals(0, replay.exitCode(), replay.err() + replay.out());
        List<ConsumerRecord<byte[], byte[]>> sent = at(new RecordPosition(Topics.RUN_METADATA.name(), partition, 0));
        assertEquals(2, sent.size(), replay.out());
        assertArrayEquals(new byte[] {7, 2}, sent.get(1).value());
    }

    /** Every reader of a topic may write letters of it: what one had made up went onto the topic with the operator's rights. */
    @Test
    void aLetterThatIsNoCopyIsNotSent() throws Exception {
        RecordPosition origin = dead(Topics.RUN_STATUS, GARBAGE, "bad", "console");
        ConsumerRecord<byte[], byte[]> invented = new ConsumerRecord<>(
                origin.topic(), origin.partition(), origin.offset(), run.getBytes(UTF_8), new byte[] {7, 7});
        new DeadLetters(producer, "other")
                .reject(Topics.RUN_STATUS, invented, new Rejection("bad", null, "g"))
                .get();
        CommandRun other = dlq("replay", Topics.RUN_STATUS.name(), origin.onTopic(), "--yes", "--unverified");
        assertTrue(other.out().contains("its letter is no copy of what stands there"), other.out());
        assertEquals(1, at(origin).size());
    }

    /** The place that it claims was looked behind, and not the partition that it goes to. */
    @Test
    void aLetterOfARecordThatIsGoneIsSentOnlyIfToldAndReplacesNothingAndNoNameOfItsGoesWithIt() throws Exception {
        RecordPosition current = dead(Topics.RUN_STATUS, GARBAGE, "bad", "console");
        int elsewhere = (current.partition() + 1) % Topics.RUN_STATUS.partitions();
        RecordPosition claimed = new RecordPosition(current.topic(), elsewhere, 1L << 40);
        ConsumerRecord<byte[], byte[]> invented = new ConsumerRecord<>(
                claimed.topic(), claimed.partition(), claimed.offset(), run.getBytes(UTF_8), new byte[] {7, 7});
        for (Header header : new ChangeOrigin("ann", null, null, "she said so").headers()) {
            invented.headers().add(header);
        }
        new DeadLetters(producer, "other")
                .reject(Topics.RUN_STATUS, invented, new Rejection("bad", null, "g"))
                .get();
        String name = Topics.RUN_STATUS.name();
        String gone = dlq("replay", name, claimed.onTopic(), "--yes").out();
        assertTrue(gone.contains("nobody can tell whether its letter is a copy (--unverified)"), gone);
        String overtaken =
                dlq("replay", name, claimed.onTopic(), "--yes", "--unverified").out();
        assertTrue(overtaken.contains("a later record of its key stands on the topic"), overtaken);
        assertEquals(1, at(current).size());

        dlq("replay", name, claimed.onTopic(), "--yes", "--unverified", "--overwrite");
        ConsumerRecord<byte[], byte[]> sent = at(current).get(1);
        assertArrayEquals(new byte[] {7, 7}, sent.value());
        requireMine(sent, "dlq replay of " + claimed);
    }

    private static void requireMine(ConsumerRecord<byte[], byte[]> sent, String reason) {
        ChangeOrigin origin = ChangeOrigin.of(sent.headers());
        assertEquals(System.getProperty("user.name"), origin.by());
        assertNull(origin.client());
        assertTrue(origin.agent().startsWith("saddle"), origin.agent());
        assertEquals(reason, origin.reason());
    }

    /** The audit said that its author had changed it, though somebody else had put the old one back over a newer one. */
    @Test
    void whoeverPutsAnOldRecordOverANewerOneHasChangedIt() throws Exception {
        ChangeOrigin ann = new ChangeOrigin("ann", "10.0.0.7", "browser", "she said so");
        List<RecordPosition> dead = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            dead.add(dead(Topics.CONSTRAINTS, GARBAGE, ann, "bad", "console"));
        }
        RecordPosition last = dead.get(2);
        String topic = Topics.CONSTRAINTS.name();
        assertEquals(0, dlq("replay", topic, last.onTopic(), "--yes").exitCode());
        List<ConsumerRecord<byte[], byte[]>> there = at(last);
        assertEquals(ann, ChangeOrigin.of(there.get(1).headers()), "nothing came after it");

        assertEquals(
                0,
                dlq("replay", topic, dead.get(0).onTopic(), "--yes", "--overwrite")
                        .exitCode());
        ConsumerRecord<byte[], byte[]> plain = at(last).get(2);
        assertArrayEquals(GARBAGE, plain.value());
        requireMine(plain, "dlq replay of " + dead.get(0));
        assertEquals("t-1", new String(plain.headers().lastHeader("trace").value(), UTF_8));
        String second = dead.get(1).onTopic();
        assertEquals(
                0,
                dlq("replay", topic, second, "--yes", "--overwrite", "--reason", "the new one is wrong")
                        .exitCode());
        requireMine(at(last).get(3), "dlq replay of " + dead.get(1) + ": the new one is wrong");

        CommandRun useless = dlq("replay", topic, second, "--yes", "--reason", "any");
        assertEquals(2, useless.exitCode());
        assertTrue(useless.err().contains("--reason goes with --overwrite or --unverified"), useless.err());
    }

    /** It was not seen, and the old one was written over it. */
    @Test
    void aNewerRecordIsSeenThoughAnOpenTransactionStandsBeforeIt() throws Exception {
        RecordPosition origin = dead(Topics.RUN_STATUS, GARBAGE, "bad", "console");
        CommandRun replay;
        try (OpenTransaction open = new OpenTransaction(settings, Topics.RUN_STATUS, run)) {
            producer.send(new ProducerRecord<>(Topics.RUN_STATUS.name(), run.getBytes(UTF_8), new byte[] {9}))
                    .get();
            replay = open.spans(() -> dlq("replay", Topics.RUN_STATUS.name(), origin.onTopic(), "--yes"));
        }
        assertEquals(2, at(origin).size());
        assertTrue(replay.out().contains("a later record of its key stands on the topic"), replay.out());
    }

    @Test
    void aReplayThatIsOvertakenByAnotherSendsNothing() throws Exception {
        RecordPosition origin = dead(Topics.FID_SCORES, GARBAGE, "bad", "console");
        try (DeadLetterBox box = new DeadLetterBox(settings.reader());
                Replay slow = new Replay(settings.producer());
                Replay fast = new Replay(settings.producer())) {
            DeadRecord record = box.records(Topics.FID_SCORES).stream()
                    .filter(dead -> dead.origin().equals(origin))
                    .findFirst()
                    .orElseThrow();
            fast.send(Topics.FID_SCORES, record, box.fetch(record.newest()), null, null);
            assertThrows(
                    KafkaException.class,
                    () -> slow.send(Topics.FID_SCORES, record, box.fetch(record.newest()), null, null));
        }
        assertEquals(2, at(origin).size());
    }

    @Test
    void aPlaceWhereNothingDeadStoodIsRefused() {
        CommandRun run = dlq("replay", Topics.FID_SCORES.name(), "0@123456", "--yes");
        assertEquals(4, run.exitCode());
        assertTrue(run.err().contains("no dead letter of saddle.fid-scores-0@123456"), run.err());
        assertEquals(2, dlq("show", Topics.FID_SCORES.name(), "x").exitCode());
        assertEquals(2, dlq("replay", Topics.FID_SCORES.name()).exitCode());
        assertFalse(dlq("list", "saddle.none").err().isEmpty());
    }
}
