package io.saddle.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Alert;
import io.saddle.topic.Topics;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

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
        assertEquals(Topics.ALERTS.name(), header(letter, DeadLetters.TOPIC));
        assertEquals(Integer.toString(bad.partition()), header(letter, DeadLetters.PARTITION));
        assertEquals(Long.toString(bad.offset()), header(letter, DeadLetters.OFFSET));
        assertEquals("a-service", header(letter, DeadLetters.SERVICE));
        assertTrue(header(letter, DeadLetters.REASON).contains("wire format"), header(letter, DeadLetters.REASON));
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
            assertTrue(header(deadLetters().get(0), DeadLetters.REASON).contains("refused"));
        }
    }

    @Test
    void aReaderOfOnePartitionSeesNoOther() throws Exception {
        String here = SharedCluster.keyOn(1, Topics.ALERTS, run);
        String there = SharedCluster.keyOn(2, Topics.ALERTS, run);
        SharedCluster.send(Topics.ALERTS, there, Samples.alert(there, "there"));
        SharedCluster.send(Topics.ALERTS, here, Samples.alert(here, "here"));
        List<String> seen = new CopyOnWriteArrayList<>();
        TopicReader reader = new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "group-" + run,
                        new DeadLetters(SharedCluster.producer(), "a-service"))
                .onlyPartition(1)
                .on(Topics.ALERTS, received -> {
                    if (received.key().startsWith(run)) {
                        seen.add(received.key());
                    }
                });
        try (reader) {
            started(reader);
            assertEquals(List.of(here), seen);
        }
    }
}
