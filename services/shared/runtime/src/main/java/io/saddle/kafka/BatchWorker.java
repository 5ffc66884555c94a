package io.saddle.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares a topic's partitions with the other members of a group and hands what has come, batch by batch, to work that may
 * take minutes: the work runs on one thread of its own while this one keeps polling, so that the group keeps the member.
 *
 * <p>Guarantee: at least once, and in the order of each key; the keys of a batch take turns, so that one of which much has come
 * does not keep the others waiting. A record's offset is committed after its work is done. What cannot be read, or fails
 * again and again by its own fault, goes to the dead letters and the others are worked on.
 *
 * <p>A member that comes or goes moves only the partitions that have to move. Of one that moves away nothing more is begun here, and
 * what is in hand is finished first, within {@value #HANDOVER_MINUTES} minutes: the next member does not do it again. Nothing can be
 * committed while the group waits for somebody who finishes; the others go on with what they keep, and commit it afterwards.
 *
 * @param <T> the topic's value
 */
public final class BatchWorker<T extends SpecificRecord> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(2);
    /** More than a group waits for a member that says nothing: session.timeout.ms. */
    private static final Duration SETTLED = Duration.ofMinutes(1);
    /** Less than the group waits for a member: max.poll.interval.ms. */
    private static final int HANDOVER_MINUTES = 4;

    /** libtorch goes through a program's graph by recursion. */
    private static final long STACK_BYTES = 16 << 20;

    private final KafkaSettings settings;
    private final RecordDecoder decoder;
    private final String groupId;
    private final Topic<T> topic;
    private final DeadLetters deadLetters;
    private final RecordWork<T> work;
    private final WorkWatch watch;
    private final List<Gauge> gauges;
    private final RestartingThread thread;
    private final ExecutorService worker;
    private final Hurdles hurdles = new Hurdles();
    /** Of batches that are done: what could not be committed yet. */
    private final Map<TopicPartition, OffsetAndMetadata> owed = new HashMap<>();

    private final GroupPlace place;
    private Batch batch;

    /** What becomes of a commit. */
    private enum Commit {
        DONE,
        /** The group is about to share the partitions anew. */
        REBALANCING,
        /** The broker does not answer. */
        UNANSWERED
    }

    /** A batch under way. */
    private record Batch(Future<?> result, BatchProgress progress) {}

    /**
     * @param stuckAfter time in hand after which a record's work counts as stuck
     * @param nanos the clock, {@link System#nanoTime} but for tests
     */
    public BatchWorker(
            KafkaSettings settings,
            Serdes serdes,
            String groupId,
            Topic<T> topic,
            DeadLetters deadLetters,
            RecordHandler<T> handler,
            Duration stuckAfter,
            LongSupplier nanos) {
        this.settings = settings;
        this.decoder = new RecordDecoder(serdes, nanos);
        this.groupId = groupId;
        this.topic = topic;
        this.deadLetters = deadLetters;
        this.place = new GroupPlace(nanos, GroupPlace.PATIENCE);
        this.watch = new WorkWatch(stuckAfter, nanos);
        this.gauges = List.of(
                gauge("saddle.work.age", WorkWatch::ageSeconds),
                gauge("saddle.work.patience", of -> stuckAfter.toSeconds()));
        this.thread = new RestartingThread("poll-" + groupId, RETRY, this::poll, nanos);
        this.work = new RecordWork<>(topic, groupId, deadLetters, handler, watch, RETRY, thread::isRunning);
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(null, task, "work-" + groupId, STACK_BYTES);
            created.setDaemon(true);
            return created;
        });
    }

    private Gauge gauge(String name, ToDoubleFunction<WorkWatch> seconds) {
        return Gauge.builder(name, watch, seconds)
                .baseUnit("seconds")
                .tag("group", groupId)
                .register(Metrics.globalRegistry);
    }

    public BatchWorker<T> start() {
        thread.start();
        return this;
    }

    /** What keeps the work from going well. */
    public Optional<String> obstacle() {
        return thread.failing().or(decoder::obstacle).or(watch::obstacle);
    }

    @Override
    public void close() {
        gauges.forEach(Metrics.globalRegistry::remove);
        thread.end();
        worker.shutdownNow();
        thread.join();
    }

    /** Whatever ends the polling but a close, it begins again at the last commit. */
    private void poll() throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaClientMetrics meters = ClientMeters.of(consumer)) {
            poll(consumer);
        } finally {
            owed.clear();
            if (batch != null) {
                batch.progress().leftAll();
                batch = null;
            }
        }
    }

    private void poll(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        place.lost();
        consumer.subscribe(List.of(topic.name()), new Handover(consumer));
        try {
            while (thread.isRunning()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                place.require(consumer);
                if (batch != null) {
                    lookAfterBatch(consumer);
                } else if (!records.isEmpty()) {
                    batch = submit(records);
                    consumer.pause(consumer.assignment());
                } else {
                    commit(consumer);
                    lookAround(consumer);
                }
            }
        } catch (RuntimeException e) {
            // As long as the consumer has its partitions: it gives them up when it is closed.
            if (batch != null) {
                hurdles.failedAt(batch.progress().unfinished());
            }
            throw e;
        }
    }

    private void lookAfterBatch(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        boolean done = batch.result().isDone();
        if (done && thread.isRunning()) {
            throwIfFailed(batch);
        }
        if (commit(consumer) != Commit.UNANSWERED && done) {
            // Nothing, where it is committed.
            owed.putAll(batch.progress().toCommit());
            hurdles.passed(batch.progress().done());
            batch = null;
            consumer.resume(consumer.assignment());
            getsOnWherePast();
        }
    }

    /** A poll that brings nothing says little: right after a failure, what failed has not come again. */
    private void lookAround(KafkaConsumer<byte[], byte[]> consumer) {
        if (isSettled()) {
            hurdles.onlyOf(consumer.assignment());
        }
        boolean atTheEnd = consumer.assignment().stream()
                .allMatch(partition -> consumer.currentLag(partition).orElse(1) == 0);
        if (place.isGiven() && atTheEnd) {
            hurdles.atTheEndOf(consumer.assignment());
            getsOnWherePast();
        }
    }

    /** True once what this member had before it began again, and has not now, is certainly another's: the group has forgotten its former self. */
    private boolean isSettled() {
        return place.isGiven() && place.age().compareTo(SETTLED) > 0;
    }

    private void getsOnWherePast() {
        if (hurdles.arePassed()) {
            thread.getsOn();
        }
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> consumer = settings.consumer(groupId);
        consumer.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return consumer;
    }

    /** Partitions that arrive while a batch is worked on wait for its end like the others; those that go are put in order first. */
    private final class Handover implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Handover(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            place.given();
            if (batch != null) {
                consumer.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            if (batch != null) {
                finish(partitions);
            }
            try {
                commit(consumer);
            } catch (KafkaException e) {
                // A close that it left would not get as far as to tell the group.
                LOG.warn("{}: gives up {} without a commit: {}", groupId, partitions, e.toString());
            }
            left(partitions);
        }

        private void finish(Collection<TopicPartition> partitions) {
            LOG.info("{}: gives up {}", groupId, partitions);
            try {
                Duration patience = thread.isRunning() ? Duration.ofMinutes(HANDOVER_MINUTES) : Duration.ZERO;
                batch.progress().leave(partitions, patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            place.lost();
            left(partitions);
        }

        private void left(Collection<TopicPartition> partitions) {
            owed.keySet().removeAll(partitions);
            if (batch != null) {
                batch.progress().left(partitions);
            }
        }
    }

    private Batch submit(ConsumerRecords<byte[], byte[]> records) {
        BatchProgress progress = new BatchProgress(records);
        // Read there as well: it may have to wait for the registry.
        Callable<Void> all = () -> {
            workOn(records, progress);
            return null;
        };
        return new Batch(worker.submit(all), progress);
    }

    private void workOn(ConsumerRecords<byte[], byte[]> records, BatchProgress progress)
            throws ExecutionException, InterruptedException {
        List<RecordWork.Task<T>> tasks = new ArrayList<>();
        Map<ConsumerRecord<byte[], byte[]>, Future<?>> nothingToDo = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!progress.isOurs(record)) {
                continue;
            }
            RecordDecoder.Outcome<T> outcome = decoder.decode(topic, record, thread::isRunning);
            if (outcome.unreadable() != null) {
                nothingToDo.put(record, deadLetters.reject(topic, record, outcome.rejection(groupId)));
            } else if (outcome.received().value() == null) {
                nothingToDo.put(record, CompletableFuture.completedFuture(null));
            } else {
                tasks.add(new RecordWork.Task<>(outcome.received(), record));
            }
        }
        for (Map.Entry<ConsumerRecord<byte[], byte[]>, Future<?>> passedOver : nothingToDo.entrySet()) {
            passedOver.getValue().get();
            progress.end(passedOver.getKey(), true);
        }
        work.workOn(tasks, progress);
    }

    private void throwIfFailed(Batch ended) throws InterruptedException {
        try {
            ended.result().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(groupId + ": worker failed", e.getCause());
        }
    }

    /** What is done, of this batch and of those before it. */
    private Commit commit(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(owed);
        if (batch != null) {
            offsets.putAll(batch.progress().toCommit());
        }
        if (offsets.isEmpty()) {
            return Commit.DONE;
        }
        try {
            consumer.commitSync(offsets);
            owed.clear();
            if (batch != null) {
                batch.progress().committed(offsets);
            }
            return Commit.DONE;
        } catch (RebalanceInProgressException e) {
            LOG.debug("{}: not committed yet: {}", groupId, e.toString());
            return Commit.REBALANCING;
        } catch (TimeoutException e) {
            LOG.debug("{}: not committed yet: {}", groupId, e.toString());
            return Commit.UNANSWERED;
        } catch (CommitFailedException e) {
            LOG.warn("{}: the partitions moved on before the commit; another member does the batch again", groupId);
            owed.clear();
            if (batch != null) {
                batch.progress().leftAll();
            }
            return Commit.DONE;
        }
    }
}
