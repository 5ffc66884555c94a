package io.saddle.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.tracing.RecordTracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
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
 * {@value #TRIES} times by its own fault, goes to the dead letters and the others are worked on.
 *
 * <p>A member that comes or goes moves only the partitions that have to move. Of one that moves away nothing more is begun here, and
 * what is in hand is finished first, within {@value #HANDOVER_MINUTES} minutes: the next member does not do it again.
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
    /** Less than the group waits for a member: max.poll.interval.ms. */
    private static final int HANDOVER_MINUTES = 4;

    private final KafkaSettings settings;
    private final RecordDecoder decoder;
    private final String groupId;
    private final Topic<T> topic;
    private final DeadLetters deadLetters;
    private final Work<T> work;
    private final WorkWatch watch;
    private final Gauge age;
    private final RestartingThread thread;
    private final ExecutorService worker;
    private Batch batch;

    /** A batch under way. */
    private record Batch(Future<?> result, BatchProgress progress) {}

    /** What is to be worked on. */
    private record Task<T extends SpecificRecord>(Received<T> received, ConsumerRecord<byte[], byte[]> raw) {}

    /** @param stuckAfter time in hand after which a record's work counts as stuck */
    public BatchWorker(
            KafkaSettings settings,
            Serdes serdes,
            String groupId,
            Topic<T> topic,
            DeadLetters deadLetters,
            Work<T> work,
            Duration stuckAfter) {
        this.settings = settings;
        this.decoder = new RecordDecoder(serdes);
        this.groupId = groupId;
        this.topic = topic;
        this.deadLetters = deadLetters;
        this.work = work;
        this.watch = new WorkWatch(stuckAfter, System::nanoTime);
        this.age = Gauge.builder("saddle.work.age", watch, WorkWatch::ageSeconds)
                .baseUnit("seconds")
                .tag("group", groupId)
                .register(Metrics.globalRegistry);
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

    /** What keeps the work from going well. */
    public Optional<String> obstacle() {
        return thread.failing().or(watch::obstacle);
    }

    @Override
    public void close() {
        Metrics.globalRegistry.remove(age);
        thread.end();
        worker.shutdownNow();
        thread.join();
    }

    /** Whatever ends the polling but a close, it begins again at the last commit. */
    private void poll() throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaClientMetrics meters = ClientMeters.of(consumer)) {
            consumer.subscribe(List.of(topic.name()), new Handover(consumer));
            while (thread.isRunning()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                thread.getsOn();
                if (batch == null && !records.isEmpty()) {
                    batch = submit(records);
                    consumer.pause(consumer.assignment());
                } else if (batch != null) {
                    boolean done = batch.result().isDone();
                    if (done) {
                        throwIfFailed(batch);
                    }
                    if (commit(consumer) && done) {
                        batch = null;
                        consumer.resume(consumer.assignment());
                    }
                }
            }
        } finally {
            if (batch != null) {
                batch.progress().leftAll();
                batch = null;
            }
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
            if (batch != null) {
                consumer.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (batch == null || partitions.isEmpty()) {
                return;
            }
            LOG.info("{}: gives up {}", groupId, partitions);
            try {
                Duration patience = thread.isRunning() ? Duration.ofMinutes(HANDOVER_MINUTES) : Duration.ZERO;
                batch.progress().leave(partitions, patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            commit(consumer);
            batch.progress().left(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            if (batch != null) {
                batch.progress().left(partitions);
            }
        }
    }

    private Batch submit(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        BatchProgress progress = new BatchProgress(records);
        List<Task<T>> tasks = new ArrayList<>();
        Map<ConsumerRecord<byte[], byte[]>, Future<?>> nothingToDo = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            RecordDecoder.Outcome<T> outcome = decoder.decode(topic, record, thread::isRunning);
            if (outcome.unreadable() != null) {
                nothingToDo.put(record, deadLetters.reject(topic, record, outcome.rejection(groupId)));
            } else if (outcome.received().value() == null) {
                nothingToDo.put(record, CompletableFuture.completedFuture(null));
            } else {
                tasks.add(new Task<>(outcome.received(), record));
            }
        }
        Callable<Void> work = () -> {
            for (Map.Entry<ConsumerRecord<byte[], byte[]>, Future<?>> passedOver : nothingToDo.entrySet()) {
                passedOver.getValue().get();
                progress.end(passedOver.getKey(), true);
            }
            workOn(tasks, progress);
            return null;
        };
        return new Batch(worker.submit(work), progress);
    }

    private void workOn(List<Task<T>> tasks, BatchProgress progress) throws ExecutionException, InterruptedException {
        List<Received<T>> all = tasks.stream().map(Task::received).toList();
        for (Task<T> task : RoundRobin.of(tasks, task -> task.received().key())) {
            if (thread.isRunning() && progress.begin(task.raw())) {
                boolean done = false;
                watch.begin(name(task));
                try {
                    done = workOn(task, all, progress);
                } finally {
                    watch.leftOff();
                    progress.end(task.raw(), done);
                }
            }
        }
    }

    /** False if it was cut off: somebody else does it. */
    private boolean workOn(Task<T> task, List<Received<T>> all, BatchProgress progress)
            throws ExecutionException, InterruptedException {
        Received<T> record = task.received();
        Step handling = () ->
                RecordTracing.process(topic.name(), record.key(), record.headers(), () -> work.handle(record, all));
        Tried tried = insist(task, progress, handling);
        if (tried == Tried.DONE) {
            watch.done();
        } else if (tried.givenUp() != null) {
            Exception failure = tried.givenUp();
            tried = insist(task, progress, () -> work.givenUp(record, failure));
            if (!tried.cutOff()) {
                deadLetters
                        .reject(topic, task.raw(), new Rejection(failure.toString(), failure, groupId))
                        .get();
                watch.givenUp();
            }
        }
        return !tried.cutOff();
    }

    /**
     * The end of the tries of a step.
     *
     * @param cutOff true if the worker ended, or the partition went to another member, before the step was done
     * @param givenUp the failure after so many that are the record's fault; null if it was not given up
     */
    private record Tried(boolean cutOff, Exception givenUp) {
        static final Tried DONE = new Tried(false, null);
        static final Tried CUT_OFF = new Tried(true, null);
    }

    private interface Step {
        void run() throws Exception;
    }

    private Tried insist(Task<T> task, BatchProgress progress, Step step) {
        int failures = 0;
        while (thread.isRunning() && progress.isOurs(task.raw())) {
            Exception failure = failure(step);
            if (failure == null) {
                return Tried.DONE;
            }
            watch.failed(failure);
            boolean last = Fault.of(failure) == Fault.RECORD && ++failures == TRIES;
            LOG.error(
                    "{}: {} failed, {}",
                    groupId,
                    name(task),
                    last ? "given up" : "next try in " + RETRY.toSeconds() + " s",
                    failure);
            if (last) {
                return new Tried(false, failure);
            }
            if (!Pause.of(RETRY)) {
                // What was given up must not be committed.
                thread.end();
            }
        }
        return Tried.CUT_OFF;
    }

    /** Null if there is none. An error of the machine is one, too: the worker does not end by it. */
    private static Exception failure(Step step) {
        try {
            step.run();
            return null;
        } catch (Exception e) {
            return e;
        } catch (LinkageError | OutOfMemoryError e) {
            return new IllegalStateException(e.toString(), e);
        }
    }

    private static String name(Task<?> task) {
        return task.raw().topic() + "-" + task.raw().partition() + "@"
                + task.raw().offset();
    }

    private void throwIfFailed(Batch ended) throws InterruptedException {
        try {
            ended.result().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(groupId + ": worker failed", e.getCause());
        }
    }

    /** False if that has to be tried again: the group is about to share the partitions anew, or the broker does not answer. */
    private boolean commit(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = batch.progress().toCommit();
        if (offsets.isEmpty()) {
            return true;
        }
        try {
            consumer.commitSync(offsets);
            batch.progress().committed(offsets);
            return true;
        } catch (RebalanceInProgressException | TimeoutException e) {
            LOG.debug("{}: not committed yet: {}", groupId, e.toString());
            return false;
        } catch (CommitFailedException e) {
            LOG.warn("{}: the partitions moved on before the commit; another member does the batch again", groupId);
            batch.progress().leftAll();
            return true;
        }
    }
}
