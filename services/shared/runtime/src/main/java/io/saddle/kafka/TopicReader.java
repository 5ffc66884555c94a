package io.saddle.kafka;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole topics from their beginning, on a thread of its own, and goes on as records come: how a service keeps a table
 * of runs, or the console its views. Every instance sees every record; there is no sharing of partitions.
 *
 * <p>Guarantee: each readable record is handled at least once a life of the reader, in the order of its partition. One that
 * cannot be read, or that the handler refuses, is rejected (services: to the dead-letter topic); the group's committed offsets
 * remember how far that was done, so that a restart does not do it again. A failure of the broker, the registry or the disk is
 * no record's fault: the reader begins again until it has passed, at the record that was not done: from the beginning, a table
 * that it keeps would go back to what was long ago, and a project that was deleted once and made again would be gone for moments.
 */
public final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
    private static final long NEW = -1;
    private static final long COMMIT_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final KafkaSettings settings;
    private final RecordDecoder decoder;
    private final String groupId;
    private final RejectedRecords rejected;
    private final Map<String, Route<?>> routes = new LinkedHashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    /** Topics of which that was said. */
    private final Set<String> passedOver = new HashSet<>();

    private final RestartingThread thread;
    private final ListeningTime listening;
    private IntPredicate wanted = partition -> true;
    private byte[] onlyKey;
    /** Of the partition of the only key. */
    private final Map<String, Long> handled = new ConcurrentHashMap<>();

    private final ReadPlaces places = new ReadPlaces();

    private boolean handsOnNew;

    private volatile KafkaConsumer<byte[], byte[]> consumer;

    private volatile Backlog backlog;

    /** @param from where it begins on each of its partitions; {@link #NEW}: what has not been there before */
    private record Route<T extends SpecificRecord>(Topic<T> topic, Consumer<Received<T>> handler, long from) {}

    public TopicReader(KafkaSettings settings, Serdes serdes, String groupId, RejectedRecords rejected) {
        this(settings, serdes, groupId, rejected, System::nanoTime);
    }

    /** @param nanos tells for how long it has failed, or heard Kafka */
    TopicReader(KafkaSettings settings, Serdes serdes, String groupId, RejectedRecords rejected, LongSupplier nanos) {
        this.settings = settings;
        this.decoder = new RecordDecoder(serdes, nanos);
        this.groupId = groupId;
        this.rejected = rejected;
        this.thread = new RestartingThread("reader-" + groupId, BEFORE_NEXT_TRY, this::open, nanos);
        this.listening = new ListeningTime(nanos);
    }

    /** Has {@code handler} called, on the reader's thread, for each record of {@code topic}. Before {@link #start()} only. */
    public <T extends SpecificRecord> TopicReader on(Topic<T> topic, Consumer<Received<T>> handler) {
        return onFrom(topic, 0, handler);
    }

    /** {@link #on}, without what lies before an offset on the partition of the {@linkplain #onlyKey only key}. */
    public <T extends SpecificRecord> TopicReader onFrom(Topic<T> topic, long offset, Consumer<Received<T>> handler) {
        routes.put(topic.name(), new Route<>(topic, handler, offset));
        return this;
    }

    /** {@link #on}, without the topic's past: from where the group last was, the first time from the end. */
    public <T extends SpecificRecord> TopicReader onNew(Topic<T> topic, Consumer<Received<T>> handler) {
        routes.put(topic.name(), new Route<>(topic, handler, NEW));
        return this;
    }

    /** {@link #on}, for the value alone; tombstones are passed over. */
    public <T extends SpecificRecord> TopicReader onValue(Topic<T> topic, Consumer<T> handler) {
        return onValue(topic, handler, key -> {});
    }

    /** {@link #on}, for the value alone, and for the key of what is deleted. */
    public <T extends SpecificRecord> TopicReader onValue(
            Topic<T> topic, Consumer<T> handler, Consumer<String> deleted) {
        return on(topic, received -> {
            if (received.value() == null) {
                deleted.accept(received.key());
            } else {
                handler.accept(received.value());
            }
        });
    }

    /**
     * Reads only the records of this key, on its partition of each topic; nothing is known or rejected of others. Before
     * {@link #start()} only.
     */
    public TopicReader onlyKey(String key, int partition) {
        onlyKey = key.getBytes(StandardCharsets.UTF_8);
        wanted = candidate -> candidate == partition;
        return this;
    }

    /**
     * The offset up to which a topic was handled, on the partition of the {@linkplain #onlyKey only key}; {@code otherwise} before
     * anything was.
     */
    public long handled(Topic<?> topic, long otherwise) {
        return handled.getOrDefault(topic.name(), otherwise);
    }

    public TopicReader start() {
        thread.start();
        return this;
    }

    /** Done when every record that stood on the topics at the start has been handled, those of transactions that were open then too. */
    public Future<Void> caughtUp() {
        return caughtUp;
    }

    public boolean isCaughtUp() {
        return caughtUp.isDone();
    }

    /**
     * Whether the record that a handler was given neither stood on the topics at the start nor was handed on before, as some are where
     * the reader begins again. For handlers.
     */
    public boolean handsOnNew() {
        return handsOnNew;
    }

    /** What keeps it from reading, for a minute already. */
    public Optional<String> obstacle() {
        return thread.failing().or(decoder::obstacle);
    }

    /**
     * What keeps it from reading, however short already: for those who wait for what it reads, and would blame others until the
     * {@linkplain #obstacle() minute} is over. Before the reader is caught up that may be a failure that it has got over.
     */
    public Optional<String> hindrance() {
        return thread.failure().or(decoder::waiting);
    }

    /**
     * What it has not read yet of what stood on the topics when it last began; empty where nothing is left, and before it has looked. One
     * that stays as it is, without a {@linkplain #hindrance() hindrance}, lies behind an open transaction.
     */
    public Optional<Backlog> backlog() {
        return Optional.ofNullable(backlog);
    }

    /** For how long it has heard Kafka: stands still while the broker does not answer, and a first look longer. */
    public long listenedNanos() {
        return listening.nanos();
    }

    /** For how long Kafka has not answered it; 0 before its first answer. */
    public long unheardNanos() {
        return listening.unheardNanos();
    }

    @Override
    public void close() {
        thread.end();
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        thread.join();
    }

    /** Whatever ends the reading but a close, it begins again, and handlers see again what was not done. */
    private void open() throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(
                        settings.consumer(groupId), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaClientMetrics meters = ClientMeters.of(opened)) {
            consumer = opened;
            read(opened);
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        Map<TopicPartition, Long> judged = new HashMap<>();
        consumer.committed(new HashSet<>(partitions)).forEach((partition, offset) -> {
            if (offset != null) {
                judged.put(partition, offset.offset());
            }
        });
        Map<String, String> ids = topicIds();
        Map<TopicPartition, Long> ends = TopicEnds.now(settings.reader(), partitions);
        places.begin(ids, ends);
        seek(consumer, partitions, judged);
        // Of a topic that was made anew none was judged yet.
        judged.replaceAll((partition, offset) -> Math.min(offset, ends.get(partition)));
        Metric fetches = fetches(consumer);
        long nextCommit = System.nanoTime() + COMMIT_EVERY_NANOS;
        boolean pastWhatStood = false;
        while (thread.isRunning()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            listening.answered((double) fetches.metricValue());
            boolean rejects = handleAll(records, judged);
            if (!pastWhatStood) {
                Optional<Backlog> left = Backlog.of(ends, consumer::position);
                backlog = left.orElse(null);
                pastWhatStood = left.isEmpty();
            }
            if (pastWhatStood) {
                caughtUp.complete(null);
            }
            if (rejects || System.nanoTime() > nextCommit) {
                consumer.commitAsync(toCommit(partitions, consumer::position, judged), null);
                nextCommit = System.nanoTime() + COMMIT_EVERY_NANOS;
            }
            if (onlyKey != null) {
                partitions.forEach(place -> handled.put(place.topic(), consumer.position(place)));
            }
            if (pastWhatStood) {
                // Before, what it failed on may come yet.
                thread.getsOn();
            }
        }
    }

    /**
     * Hands records on; whether one was rejected. What was done before one that fails is done, and does not come again.
     *
     * @param judged the offsets before which what cannot be used was rejected already
     */
    private boolean handleAll(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> judged)
            throws InterruptedException {
        List<Future<?>> letters = new ArrayList<>();
        Map<TopicPartition, Long> behind = new HashMap<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (onlyKey == null || Arrays.equals(onlyKey, record.key())) {
                    boolean judgedBefore = record.offset() < judged.getOrDefault(partition, 0L);
                    handsOnNew = caughtUp.isDone() && places.isNew(partition, record.offset());
                    handle(routes.get(record.topic()), record, judgedBefore).ifPresent(letters::add);
                    places.handedOn(partition, record.offset());
                }
                behind.put(partition, record.offset() + 1);
            }
        } finally {
            awaitAll(letters);
            places.done(behind);
        }
        return !letters.isEmpty();
    }

    private Map<String, String> topicIds() throws InterruptedException {
        Map<String, String> ids;
        try {
            ids = TopicIds.of(settings, routes::containsKey);
        } catch (ExecutionException e) {
            // The thread says this line alone, and whoever is told of it has to know what is missing.
            throw new KafkaException(
                    "cannot look at the topics " + routes.keySet() + ": " + e.getCause(), e.getCause());
        }
        Set<String> missing = new TreeSet<>(routes.keySet());
        missing.removeAll(ids.keySet());
        if (!missing.isEmpty()) {
            throw new KafkaException("there are no topics " + missing + ", or this service may not see them:"
                    + " './saddle setup' makes them, and the rights to them");
        }
        return ids;
    }

    /** The number of those that were answered. */
    private static Metric fetches(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("fetch-total"))
                .findFirst()
                .orElseThrow();
    }

    private void seek(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> judged) {
        for (TopicPartition partition : partitions) {
            long from =
                    places.beginning(partition, routes.get(partition.topic()).from());
            if (from == 0) {
                consumer.seekToBeginning(List.of(partition));
            } else if (from > 0) {
                consumer.seek(partition, from);
            } else if (judged.containsKey(partition)) {
                consumer.seek(partition, judged.get(partition));
            } else {
                consumer.seekToEnd(List.of(partition));
            }
        }
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Route<?> route : routes.values()) {
            for (int p = 0; p < route.topic().partitions(); p++) {
                if (wanted.test(p)) {
                    partitions.add(new TopicPartition(route.topic().name(), p));
                }
            }
        }
        return partitions;
    }

    /** Never behind what was judged before: a start that ends while it reads the past would have the next one judge it again. */
    static Map<TopicPartition, OffsetAndMetadata> toCommit(
            List<TopicPartition> partitions,
            ToLongFunction<TopicPartition> position,
            Map<TopicPartition, Long> judged) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        partitions.forEach(p ->
                positions.put(p, new OffsetAndMetadata(Math.max(position.applyAsLong(p), judged.getOrDefault(p, 0L)))));
        return positions;
    }

    /** The rejection under way, if the record was rejected. */
    private <T extends SpecificRecord> Optional<Future<?>> handle(
            Route<T> route, ConsumerRecord<byte[], byte[]> record, boolean judgedBefore) throws InterruptedException {
        RecordDecoder.Outcome<T> outcome = decoder.decode(route.topic(), record, thread::isRunning);
        Rejection rejection = outcome.rejection(groupId);
        if (outcome.unreadable() == null) {
            try {
                route.handler().accept(outcome.received());
                return Optional.empty();
            } catch (RuntimeException e) {
                if (Fault.of(e) == Fault.ENVIRONMENT) {
                    throw e;
                }
                LOG.error("{}-{}@{}: not handled", record.topic(), record.partition(), record.offset(), e);
                rejection = new Rejection(e.toString(), e, groupId);
            }
        }
        if (judgedBefore) {
            if (passedOver.add(route.topic().name())) {
                LOG.warn(
                        "{}: records that cannot be used are passed over, for an earlier start has put them aside: the first is"
                                + " {}-{}@{}: {}",
                        groupId,
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        rejection.reason());
            }
            return Optional.empty();
        }
        return Optional.of(rejected.reject(route.topic(), record, rejection));
    }

    private static void awaitAll(List<Future<?>> letters) throws InterruptedException {
        for (Future<?> letter : letters) {
            try {
                letter.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a rejected record could not be kept", e.getCause());
            }
        }
    }
}
