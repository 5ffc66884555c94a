package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.schema.ModelSnapshot;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What is committed behind a transaction that is still open stands on the topic, for everybody who reads what stands there. */
class TopicEndsTest {

    private final String run = "ends-" + UUID.randomUUID();
    private final int partition = RunPartitioner.partition(run, Topics.SNAPSHOTS.partitions());
    private final List<Long> seen = new CopyOnWriteArrayList<>();

    private static KafkaProducer<byte[], byte[]> transactional() {
        Map<String, Object> settings = SharedCluster.settings().producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open-" + UUID.randomUUID());
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private void see(ModelSnapshot snapshot) {
        if (snapshot.getRunId().equals(run)) {
            seen.add(snapshot.getStep());
        }
    }

    /** The reader is at it before the transaction ends, and done after that. */
    private void seesWhatIsCommittedBehindAnOpenTransaction(Callable<?> reader) throws Exception {
        try (KafkaProducer<byte[], byte[]> open = transactional()) {
            open.beginTransaction();
            open.send(new ProducerRecord<>(Topics.SNAPSHOTS.name(), run.getBytes(StandardCharsets.UTF_8), new byte[1]))
                    .get();
            SharedCluster.send(Topics.SNAPSHOTS, run, Samples.snapshot(run, 1));
            CompletableFuture<Object> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return reader.call();
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            assertThrows(TimeoutException.class, () -> reading.get(500, TimeUnit.MILLISECONDS));
            open.abortTransaction();
            reading.get(1, TimeUnit.MINUTES);
        }
        assertEquals(List.of(1L), seen);
    }

    @Test
    void inWholeTopics() throws Exception {
        seesWhatIsCommittedBehindAnOpenTransaction(() -> {
            TopicContents.read(SharedCluster.settings(), List.of(Topics.SNAPSHOTS), record -> {
                if (run.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    see(SharedCluster.serdes()
                            .deserializer(Topics.SNAPSHOTS)
                            .deserialize(record.topic(), record.value()));
                }
            });
            return null;
        });
    }

    @Test
    void inAPartitionsHistory() throws Exception {
        seesWhatIsCommittedBehindAnOpenTransaction(() -> {
            new TopicHistory(SharedCluster.settings(), SharedCluster.serdes())
                    .forEach(Topics.SNAPSHOTS, partition, this::see);
            return null;
        });
    }

    @Test
    void inALookAtWhatHasCome() throws Exception {
        long now = System.currentTimeMillis();
        try (CatchUpReader<ModelSnapshot> reader =
                new CatchUpReader<>(SharedCluster.settings(), SharedCluster.serdes(), Topics.SNAPSHOTS, received -> {
                    see(received.value());
                })) {
            seesWhatIsCommittedBehindAnOpenTransaction(() -> {
                reader.catchUp(partition, now);
                return null;
            });
        }
    }

    /** A console took a run that it was to know for a new one. */
    @Test
    void forAReaderThatSaysItHasCaughtUp() throws Exception {
        Consumer<Received<ModelSnapshot>> see = received -> see(received.value());
        try (TopicReader reader = new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "ends",
                        (topic, record, reason) -> CompletableFuture.completedFuture(null))
                .on(Topics.SNAPSHOTS, see::accept)) {
            seesWhatIsCommittedBehindAnOpenTransaction(
                    () -> reader.start().caughtUp().get());
        }
    }
}
