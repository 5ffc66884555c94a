package io.saddle.kafka;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.tracing.RecordTracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
 * <p>Guarantee: at least once, and in the order of each key; the keys of a batch take turns, so that one of which much has come
 * does not keep the others waiting. A batch's offsets are committed after its work is done. What cannot be read, or fails
 * {@value #TRIES} times by its own fault, goes to the dead letters and the others are worked on.
 *
 * @param <T> the topic's value
 */
public final class BatchWorker<T extends SpecificRecord> implements AutoCloseable {

    /** The work on one record. */
    public interface Work<T extends SpecificRecord> {
        /**
         * @param record what to work on; never a tombstone
         * @param batch all that came with it, itself too, in the order of each partition
         * @throws Exception if the record is to be tried again: a few times where that is the record's fault, without end
         *     where it is that of broker, registry, network or disk
         */
        void handle(Received<T> record, List<Received<T>> batch) throws Exception;

        /**
         * Told, on the same thread, of a record that was given up and goes to the dead letters.
         *
         * @throws Exception if that is to be tried again
         */
        void givenUp(Received<T> record, Exception why) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int TRIES = 3;

    private final KafkaSettings settings;
    private final RecordDecoder decoder;
    private final String groupId;
    private final Topic<T> topic;
    private final DeadLetters deadLetters;
    private final Work<T> work;
    private final RestartingThread thread;
    private final ExecutorService worker;
    private boolean busy;

    /** A batch under way. */
    private record Batch(Future<?> result, List<Future<?>> letters, Map<TopicPartition, OffsetAndMetadata> ends) {}

    /** What is to be worked on. */
    private record Task<T extends SpecificRecord>(Received<T> received, ConsumerRecord<byte[], byte[]> raw) {}

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
        this.thread = new RestartingThread("poll-" + groupId, RETRY, this::poll);
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
                        settings.consumer(groupId), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaClientMetrics meters = ClientMeters.of(consumer)) {
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
        List<Task<T>> tasks = new ArrayList<>();
        List<Future<?>> letters = new CopyOnWriteArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            RecordDecoder.Outcome<T> outcome = decoder.decode(topic, record, thread::isRunning);
            if (outcome.unreadable() != null) {
                letters.add(deadLetters.reject(topic, record, outcome.rejection(groupId)));
            } else if (outcome.received().value() != null) {
                tasks.add(new Task<>(outcome.received(), record));
            }
            ends.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        return new Batch(worker.submit(() -> workOn(tasks, letters)), letters, ends);
    }

    private void workOn(List<Task<T>> tasks, List<Future<?>> letters) {
        List<Received<T>> batch = tasks.stream().map(Task::received).toList();
        for (Task<T> task : RoundRobin.of(tasks, task -> task.received().key())) {
            Received<T> record = task.received();
            Exception failure = insist(
                    record,
                    TRIES,
                    () -> RecordTracing.process(
                            topic.name(), record.key(), record.headers(), () -> work.handle(record, batch)));
            if (failure != null && thread.isRunning()) {
                insist(record, TRIES, () -> work.givenUp(record, failure));
                letters.add(deadLetters.reject(topic, task.raw(), new Rejection(failure.toString(), failure, groupId)));
            }
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Returns null when it is done or the worker ends, otherwise the failure after so many that are the record's fault. */
    private Exception insist(Received<T> record, int tries, Step step) {
        int failures = 0;
        while (thread.isRunning()) {
            try {
                step.run();
                return null;
            } catch (Exception e) {
                boolean last = Fault.of(e) == Fault.RECORD && ++failures == tries;
                LOG.error(
                        "{}: {}-{}@{} failed, {}",
                        groupId,
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        last ? "given up" : "next try in " + RETRY.toSeconds() + " s",
                        e);
                if (last) {
                    return e;
                }
                if (!Pause.of(RETRY)) {
                    // What was given up must not be committed.
                    thread.end();
                }
            }
        }
        return null;
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
