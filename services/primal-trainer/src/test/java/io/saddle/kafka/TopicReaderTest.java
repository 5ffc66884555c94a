package io.saddle.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.micrometer.core.instrument.Metrics;
import io.saddle.schema.Alert;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TopicReaderTest {

    private static final byte[] GARBAGE = {9, 8, 7};

    private final String run = "reader-" + UUID.randomUUID();
    private final List<String> handled = new CopyOnWriteArrayList<>();

    private TopicReader reader(Consumer<Alert> also) {
        return new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "group-" + run,
                        new DeadLetters(SharedCluster.producer(), "a-service"))
                .on(Topics.ALERTS, received -> {
                    if (received.key().equals(run)) {
                        handled.add(received.value().getMessage());
                        also.accept(received.value());
                    }
                });
    }

    private TopicReader started(TopicReader reader) throws Exception {
        reader.start().caughtUp().get(30, TimeUnit.SECONDS);
        return reader;
    }

    private void send(String message) throws Exception {
        SharedCluster.send(Topics.ALERTS, run, Samples.alert(run, message));
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return SharedCluster.records(Topics.ALERTS.deadLetterName(), run);
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    @Test
    void everythingThatStandsOnTheTopicIsHandledBeforeTheReaderIsCaughtUp() throws Exception {
        for (int i = 0; i < 100; i++) {
            send("m" + i);
        }
        try (TopicReader reader = started(reader(alert -> {}))) {
            assertEquals(100, handled.size());
            assertEquals("m0", handled.get(0));
            assertEquals("m99", handled.get(99));
            assertTrue(reader.isCaughtUp());
            send("later");
            await().until(() -> handled.contains("later"));
        }
    }

    /** Also of topics on which nobody says anything. */
    @Test
    void itKnowsForHowLongItHasHeardKafka() throws Exception {
        try (TopicReader reader = started(reader(alert -> {}))) {
            await().until(() -> reader.listenedNanos() > TimeUnit.SECONDS.toNanos(2));
        }
    }

    @Test
    void anotherStartReadsFromTheBeginningAgain() throws Exception {
        send("one");
        started(reader(alert -> {})).close();
        started(reader(alert -> {})).close();
        assertEquals(List.of("one", "one"), handled);
    }

    @Test
    void whatCannotBeReadGoesToTheDeadLettersOnceEvenAfterARestart() throws Exception {
        send("before");
        SharedCluster.sendRaw(Topics.ALERTS.name(), run, GARBAGE);
        send("after");
        started(reader(alert -> {})).close();

        assertEquals(List.of("before", "after"), handled, "the next record is still handled");
        await().until(() -> deadLetters().size() == 1);
        ConsumerRecord<byte[], byte[]> letter = deadLetters().get(0);
        assertArrayEquals(GARBAGE, letter.value());
        ConsumerRecord<byte[], byte[]> bad =
                SharedCluster.records(Topics.ALERTS.name(), run).get(1);
        assertEquals(Topics.ALERTS.name(), header(letter, DeadLetterHeaders.TOPIC));
        assertEquals(Integer.toString(bad.partition()), header(letter, DeadLetterHeaders.PARTITION));
        assertEquals(Long.toString(bad.offset()), header(letter, DeadLetterHeaders.OFFSET));
        assertEquals("a-service", header(letter, DeadLetterHeaders.SERVICE));
        assertTrue(
                header(letter, DeadLetterHeaders.REASON).contains("wire format"),
                header(letter, DeadLetterHeaders.REASON));
        assertEquals(bad.partition(), letter.partition());

        SharedCluster.sendRaw(Topics.ALERTS.name(), run, new byte[] {1, 2});
        started(reader(alert -> {})).close();

        await().until(() -> deadLetters().size() >= 2);
        assertEquals(2, deadLetters().size(), "only the one that is new");
        assertArrayEquals(new byte[] {1, 2}, deadLetters().get(1).value());
        assertEquals(List.of("before", "after", "before", "after"), handled);
    }

    @Test
    void whatTheHandlerRefusesGoesToTheDeadLettersAndTheReaderGoesOn() throws Exception {
        send("bad");
        send("good");
        try (TopicReader reader = started(reader(alert -> {
            if (alert.getMessage().equals("bad")) {
                throw new IllegalStateException("refused");
            }
        }))) {
            assertEquals(List.of("bad", "good"), handled);
            await().until(() -> deadLetters().size() == 1);
            assertTrue(header(deadLetters().get(0), DeadLetterHeaders.REASON).contains("refused"));
            assertEquals("java.lang.IllegalStateException", header(deadLetters().get(0), DeadLetterHeaders.EXCEPTION));
            assertEquals("refused", header(deadLetters().get(0), DeadLetterHeaders.MESSAGE));
            assertEquals("group-" + run, header(deadLetters().get(0), DeadLetterHeaders.GROUP));
        }
    }

    @Test
    void aFailureOfTheEnvironmentMakesTheReaderBeginAgainAndIsNoRecordsFault() throws Exception {
        send("one");
        AtomicInteger tries = new AtomicInteger();
        try (TopicReader reader = started(reader(alert -> {
            if (tries.incrementAndGet() < 5) {
                throw new UncheckedIOException(new IOException("Input/output error"));
            }
        }))) {
            assertEquals(List.of("one", "one", "one", "one", "one"), handled);
            assertEquals(List.of(), deadLetters());
        }
    }

    /** From the beginning, what was deleted and made again was gone for moments. */
    @Test
    void aReaderThatFailsBeginsAgainAtTheRecordThatWasNotDone() throws Exception {
        send("before");
        AtomicReference<TopicReader> reading = new AtomicReference<>();
        List<String> asNew = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        try (TopicReader reader = reader(alert -> {
            if (reading.get().handsOnNew()) {
                asNew.add(alert.getMessage());
            }
            if (alert.getMessage().equals("fails once") && failures.incrementAndGet() == 1) {
                throw new UncheckedIOException(new IOException("Input/output error"));
            }
        })) {
            reading.set(reader);
            started(reader);
            send("one");
            await().until(() -> handled.contains("one"));
            send("fails once");
            send("last");
            await().until(() -> handled.contains("last"));
            assertEquals(List.of("before", "one", "fails once", "fails once", "last"), handled);
            assertEquals(List.of("one", "fails once", "fails once", "last"), asNew, "what had failed was not done");
        }
    }

    /** Letters that Kafka did not take: the records that they tell of were never put aside. */
    @Test
    void whatCouldNotBePutAsideComesAgainAndWhatLiesBehindIt() throws Exception {
        send("before");
        SharedCluster.sendRaw(Topics.ALERTS.name(), run, GARBAGE);
        send("after");
        DeadLetters letters = new DeadLetters(SharedCluster.producer(), "a-service");
        AtomicInteger tries = new AtomicInteger();
        try (TopicReader reader = new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "group-" + run,
                        (topic, record, why) -> tries.incrementAndGet() == 1
                                ? CompletableFuture.failedFuture(new TimeoutException("no answer"))
                                : letters.reject(topic, record, why))
                .onlyKey(run, RunPartitioner.partition(run, Topics.ALERTS.partitions()))
                .on(Topics.ALERTS, received -> handled.add(received.value().getMessage()))) {
            started(reader);
            await().until(() -> deadLetters().size() == 1);
            assertEquals("after", handled.get(handled.size() - 1));
        }
    }

    /** Its offsets are others: what lies before where the reader was is as unknown as the rest. */
    @Test
    void aTopicThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
        Topic<Alert> topic = named("anew-" + run);
        try (Admin admin = Admin.create(SharedCluster.settings().admin())) {
            NewTopic one = new NewTopic(topic.name(), 1, (short) 1);
            admin.createTopics(List.of(one)).all().get();
            List.of("one", "two").forEach(message -> sendTo(topic, message));
            AtomicBoolean madeAnew = new AtomicBoolean();
            try (TopicReader reader = new TopicReader(
                            SharedCluster.settings(),
                            SharedCluster.serdes(),
                            "group-" + run,
                            new DeadLetters(SharedCluster.producer(), "a-service"))
                    .on(topic, received -> {
                        handled.add(received.value().getMessage());
                        if (received.value().getMessage().equals("fails once") && !madeAnew.getAndSet(true)) {
                            makeAnew(admin, one);
                            List.of("a", "b", "c", "d").forEach(message -> sendTo(topic, message));
                            throw new UncheckedIOException(new IOException("Input/output error"));
                        }
                    })) {
                started(reader);
                sendTo(topic, "fails once");
                await().until(() -> handled.contains("d"));
                assertEquals(List.of("one", "two", "fails once", "a", "b", "c", "d"), handled);
            } finally {
                admin.deleteTopics(List.of(topic.name())).all().get();
            }
        }
    }

    /** It took a minute until Kafka's client said that it had waited for something. */
    @Test
    void aTopicThatIsNotThereIsNamed() {
        Topic<Alert> missing = named("missing-" + run);
        try (TopicReader reader = new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "group-" + run,
                        new DeadLetters(SharedCluster.producer(), "a-service"))
                .on(missing, received -> {})) {
            reader.start();
            await().until(() -> reader.hindrance()
                    .filter(what -> what.contains("there are no topics [" + missing.name() + "]"))
                    .isPresent());
        }
    }

    private static Topic<Alert> named(String name) {
        return new Topic<>(
                name,
                Alert.class,
                "runId",
                1,
                false,
                -1,
                Topics.ALERTS.deadLetterName(),
                1,
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    private static void makeAnew(Admin admin, NewTopic topic) {
        try {
            admin.deleteTopics(List.of(topic.name())).all().get();
            await().untilAsserted(() -> admin.createTopics(List.of(topic)).all().get());
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of a topic that the registry does not know: written as an alert is. */
    private void sendTo(Topic<Alert> topic, String message) {
        byte[] alert = SharedCluster.serdes()
                .serializer(Topics.ALERTS)
                .serialize(Topics.ALERTS.name(), Samples.alert(run, message));
        await().ignoreExceptions().untilAsserted(() -> SharedCluster.sendRaw(topic.name(), run, alert));
    }

    static Stream<Arguments> valuesThatCannotBeRead() throws Exception {
        return Stream.of(
                arguments("empty", new byte[0], "wire format"),
                arguments("unknown schema", new byte[] {0, 0x7f, 0, 0, 0, 1}, "the registry knows no schema"),
                arguments(
                        "another type",
                        SharedCluster.serdes()
                                .serializer(Topics.SNAPSHOTS)
                                .serialize(Topics.SNAPSHOTS.name(), Samples.snapshot("r", 1)),
                        "the topic carries"),
                arguments("just under 1 MB", new byte[(1 << 20) - 2048], "cannot read the record"),
                arguments("wrong symbol", withByte(2, 0x7e), "cannot read the record"));
    }

    /** A sound alert but for one byte after the run's id: behind it comes the kind, an enum. */
    private static byte[] withByte(int after, int value) {
        byte[] alert = SharedCluster.serdes()
                .serializer(Topics.ALERTS)
                .serialize(Topics.ALERTS.name(), Samples.alert("r", "m"));
        alert[5 + after] = (byte) value;
        return alert;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valuesThatCannotBeRead")
    void aBadValueGoesToTheDeadLettersAsItIsAndTheNextRecordIsHandled(String name, byte[] value, String reason)
            throws Exception {
        if (name.startsWith("just")) {
            byte[] sound = withByte(2, 2);
            System.arraycopy(sound, 0, value, 0, 5);
        }
        SharedCluster.sendRaw(Topics.ALERTS.name(), run, value);
        send("next");
        try (TopicReader reader = started(reader(alert -> {}))) {
            await().until(() -> deadLetters().size() == 1);
            assertEquals(List.of("next"), handled);
            assertArrayEquals(value, deadLetters().get(0).value());
            String said = header(deadLetters().get(0), DeadLetterHeaders.REASON);
            assertTrue(said.contains(reason), said);
        }
    }

    @Test
    void aRecordWithoutAKeyGoesToTheDeadLettersOfItsPartition() throws Exception {
        byte[] value = ("keyless " + run).getBytes(UTF_8);
        SharedCluster.producer()
                .send(new ProducerRecord<>(Topics.ALERTS.name(), 2, null, value))
                .get();
        send("next");
        try (TopicReader reader = started(reader(alert -> {}))) {
            assertEquals(List.of("next"), handled);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
        await().until(() -> {
            letters.clear();
            SharedCluster.all(Topics.ALERTS.deadLetterName()).stream()
                    .filter(letter -> letter.key() == null && Arrays.equals(value, letter.value()))
                    .forEach(letters::add);
            return letters.size() == 1;
        });
        assertEquals(2, letters.get(0).partition());
        assertTrue(header(letters.get(0), DeadLetterHeaders.REASON).contains("no key"));
    }

    @Test
    void aValueTooLargeForTheDeadLettersIsToldOfWithoutIt() throws Exception {
        ConsumerRecord<byte[], byte[]> huge =
                new ConsumerRecord<>(Topics.ALERTS.name(), 1, 17, run.getBytes(UTF_8), new byte[3 << 20]);
        new DeadLetters(SharedCluster.producer(), "a-service")
                .reject(Topics.ALERTS, huge, new Rejection("r".repeat(3 << 20), null, "g"))
                .get();
        ConsumerRecord<byte[], byte[]> letter = deadLetters().get(0);
        assertEquals(null, letter.value());
        assertEquals(Integer.toString(3 << 20), header(letter, DeadLetterHeaders.OMITTED));
        assertEquals("17", header(letter, DeadLetterHeaders.OFFSET));
    }

    @Test
    void headersOfTheRecordComeAlongButThoseOfAnotherLetterDoNot() throws Exception {
        ConsumerRecord<byte[], byte[]> again =
                new ConsumerRecord<>(Topics.ALERTS.name(), 1, 18, run.getBytes(UTF_8), GARBAGE);
        again.headers()
                .add("trace", "t".getBytes(UTF_8))
                .add(DeadLetterHeaders.REPLAYED, "saddle.alerts-1@3".getBytes(UTF_8))
                .add(DeadLetterHeaders.OFFSET, "3".getBytes(UTF_8));
        new DeadLetters(SharedCluster.producer(), "a-service")
                .reject(Topics.ALERTS, again, new Rejection("again", null, "g"))
                .get();
        ConsumerRecord<byte[], byte[]> letter = deadLetters().get(0);
        assertEquals("t", header(letter, "trace"));
        assertEquals("saddle.alerts-1@3", header(letter, DeadLetterHeaders.REPLAYED));
        assertEquals("18", header(letter, DeadLetterHeaders.OFFSET));
    }

    @Test
    void aReaderOfOneKeySeesNoOther() throws Exception {
        String here = SharedCluster.keyOn(1, Topics.ALERTS, run);
        for (String other : List.of(SharedCluster.keyOn(2, Topics.ALERTS, run), here + "-other", here)) {
            SharedCluster.send(Topics.ALERTS, other, Samples.alert(other, "of " + other));
        }
        List<String> seen = new CopyOnWriteArrayList<>();
        TopicReader reader = new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "group-" + run,
                        new DeadLetters(SharedCluster.producer(), "a-service"))
                .onlyKey(here, 1)
                .on(Topics.ALERTS, received -> seen.add(received.key()));
        try (reader) {
            started(reader);
            assertEquals(List.of(here), seen);
        }
    }

    /** What it read before the record that it fails on looked as if the reader got on. */
    @Test
    void aReaderThatReadsAndThenFailsEachTimeSaysSoUntilItIsPastIt() throws Exception {
        send("sound");
        send("fails");
        Failing failing = new Failing();
        KafkaSettings oneByOne = new KafkaSettings(
                SharedCluster.settings().bootstrapServers(),
                SharedCluster.settings().registryUrl(),
                Map.of("max.poll.records", "1"),
                Map.of());
        TopicReader reader = new TopicReader(
                        oneByOne,
                        SharedCluster.serdes(),
                        "group-" + run,
                        new DeadLetters(SharedCluster.producer(), "a-service"),
                        failing::nanos)
                .on(Topics.ALERTS, received -> {
                    if (received.key().equals(run)
                            && received.value().getMessage().equals("fails")
                            && failing.fails()) {
                        throw new UncheckedIOException(new IOException("No space left on device"));
                    }
                })
                .onlyKey(run, RunPartitioner.partition(run, Topics.ALERTS.partitions()));
        try (reader) {
            reader.start();
            failing.isSaidUntilItIsMended(reader::obstacle);
        }
    }

    /** Whoever scrapes a counter that comes with its first letter never sees it rise. */
    @Test
    void lettersOfEveryTopicThatAServiceReadsAreCountedFromNought() {
        new DeadLetters(SharedCluster.producer(), "fid-evaluator");
        for (Topic<?> topic : Topics.all()) {
            if (topic.readers().contains("fid-evaluator")) {
                assertNotNull(
                        Metrics.globalRegistry
                                .find("saddle.dead.letters")
                                .tag("topic", topic.name())
                                .counter(),
                        topic.name());
            }
        }
    }
}
