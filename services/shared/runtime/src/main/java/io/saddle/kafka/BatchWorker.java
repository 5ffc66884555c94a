package io.saddle.kafka;

import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares a topic's partitions with the other members of a group and hands what has come, batch by batch, to work that may
 * take minutes: the work runs on one thread of its own while this one keeps polling, so that the group keeps the member.
 *
 * <p>Guarantee: at least once; a batch's offsets are committed after its work is done. Unreadable records go to the dead
 * letters.
 *
 * @param <T> the topic's value
 */
public final class BatchWorker<T extends SpecificRecord> implements AutoCloseable {

    /** The work on one batch. */
    @FunctionalInterface
    public interface Work<T extends SpecificRecord> {
        /**
         * @param batch in the order of each partition; never empty
         * @throws Exception if the batch is to be tried again
         */
        void handle(List<Received<T>> batch) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final RecordDecoder decoder;
    private final String groupId;
    private final Topic<T> topic;
    private final DeadLetters deadLetters;
    private final Work<T> work;
    private final LastingThread thread;
    private final ExecutorService worker;
    private boolean busy;

    /** A batch under way. */
    private record Batch(Future<?> result, List<Future<?>> letters, Map<TopicPartition, OffsetAndMetadata> ends) {}

    public BatchWorker(
            KafkaSettings settings,
            Serdes serdes,
            String groupId,
            Topic<T> topic,
            DeadLetters deadLetters,
            Work<T> work) {
        this.settings = settings;
        this.decoder = new RecordDecoder(serdes);
        this.groupId = groupId;
        this.topic = topic;
        this.deadLetters = deadLetters;
        this.work = work;
        this.thread = new LastingThread("poll-" + groupId, RETRY, this::poll);
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(task, "work-" + groupId);
            created.setDaemon(true);
            return created;
        });
    }

    public BatchWorker<T> start() {
        thread.start();
        return this;
    }

    @Override
    public void close() {
        thread.end();
        worker.shutdownNow();
        thread.join();
    }

    /** Whatever ends the polling but a close, it begins again at the last commit. */
    private void poll() throws InterruptedException {
        busy = false;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings.consumer(groupId), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.name()), new KeepPaused(consumer));
            Batch batch = null;
            while (thread.isRunning()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (batch == null && !records.isEmpty()) {
                    batch = submit(records);
                    consumer.pause(consumer.assignment());
                    busy = true;
                } else if (batch != null && batch.result().isDone()) {
                    finish(consumer, batch);
                    batch = null;
                    busy = false;
                    consumer.resume(consumer.assignment());
                }
            }
        }
    }

    /** Partitions that arrive while a batch is worked on wait for its end like the others. */
    private final class KeepPaused implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        KeepPaused(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (busy) {
                consumer.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            LOG.debug("{}: gave up {}", groupId, partitions);
        }
    }

    private Batch submit(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        List<Received<T>> batch = new ArrayList<>();
        List<Future<?>> letters = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            RecordDecoder.Outcome<T> outcome = decoder.decode(topic, record, thread::isRunning);
            if (outcome.unreadable() != null) {
                letters.add(deadLetters.reject(topic, record, outcome.unreadable()));
            } else if (outcome.received().value() != null) {
                batch.add(outcome.received());
            }
            ends.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        return new Batch(worker.submit(() -> insist(batch)), letters, ends);
    }

    private void insist(List<Received<T>> batch) {
        while (thread.isRunning() && !batch.isEmpty()) {
            try {
                work.handle(batch);
                return;
            } catch (Exception e) {
                LOG.error("{}: a batch of {} failed, next try in {} s", groupId, batch.size(), RETRY.toSeconds(), e);
                if (!Pause.of(RETRY)) {
                    // What was given up must not be committed.
                    thread.end();
                }
            }
        }
    }

    private void finish(KafkaConsumer<byte[], byte[]> consumer, Batch batch) throws InterruptedException {
        try {
            batch.result().get();
            for (Future<?> letter : batch.letters()) {
                letter.get();
            }
            if (thread.isRunning()) {
                consumer.commitSync(batch.ends());
            }
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.warn("{}: the partitions moved on before the commit; another member does the batch again", groupId);
        } catch (ExecutionException e) {
            throw new IllegalStateException(groupId + ": worker failed", e.getCause());
        }
    }
}
