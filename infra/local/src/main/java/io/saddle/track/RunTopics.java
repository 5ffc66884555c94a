package io.saddle.track;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicPast;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.AvroDeserializer.RegistryUnavailableException;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the topics say of one run, from their beginning; only what is committed. A broker that is away is waited for. */
final class RunTopics implements AutoCloseable {

    /** What is read, beside the run itself. */
    static final List<Topic<?>> READ = List.of(
            Topics.GRADIENT_SUMMARIES, Topics.MULTIPLIERS, Topics.FID_SCORES, Topics.SNAPSHOTS, Topics.RUN_STATUS);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long REGISTRY_RETRY_MILLIS = 1000;

    private final byte[] key;
    private final Consumer<String> notices;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, DecodingDeserializer<?>> decoders = new LinkedHashMap<>();

    /** @param notices told of records that cannot be read, and when the registry is away */
    RunTopics(KafkaSettings kafka, Serdes serdes, String runId, Consumer<String> notices) {
        this.key = runId.getBytes(StandardCharsets.UTF_8);
        this.notices = notices;
        for (Topic<?> topic : READ) {
            decoders.put(new TopicPartition(topic.name(), partition(topic, runId)), serdes.decoder(topic));
        }
        this.consumer = new KafkaConsumer<>(
                kafka.consumer("saddle-track"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(decoders.keySet());
        consumer.seekToBeginning(decoders.keySet());
    }

    /** What is wanted of a run; empty if there is none of this id. */
    static Optional<TrainingRun> find(KafkaSettings kafka, Serdes serdes, String runId) {
        AtomicReference<TrainingRun> found = new AtomicReference<>();
        new TopicPast(kafka, serdes).forEach(Topics.RUNS, partition(Topics.RUNS, runId), run -> {
            if (run.getRunId().equals(runId)) {
                found.set(run);
            }
        });
        return Optional.ofNullable(found.get());
    }

    private static int partition(Topic<?> topic, String runId) {
        return RunPartitioner.partition(runId, topic.partitions());
    }

    /** The next records, those of each topic in their order; none if none comes within a moment. */
    List<SpecificRecord> poll() {
        List<SpecificRecord> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            if (Arrays.equals(key, record.key()) && record.value() != null) {
                decoded(record).ifPresent(records::add);
            }
        }
        return records;
    }

    private Optional<SpecificRecord> decoded(ConsumerRecord<byte[], byte[]> record) {
        DecodingDeserializer<?> decoder = decoders.get(new TopicPartition(record.topic(), record.partition()));
        while (true) {
            try {
                Decoded<?> decoded = decoder.deserialize(record.topic(), record.value());
                if (decoded instanceof Decoded.Value<?> readable) {
                    return Optional.of(readable.value());
                }
                notices.accept(record.topic() + "-" + record.partition() + "@" + record.offset()
                        + " cannot be read and is left out: " + ((Decoded.Unreadable<?>) decoded).reason());
                return Optional.empty();
            } catch (RegistryUnavailableException e) {
                notices.accept("waiting for the schema registry: " + e.getMessage());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(REGISTRY_RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    /** Where the topics end now; empty if the broker is away. */
    Optional<Map<TopicPartition, Long>> ends() {
        try {
            return Optional.of(consumer.endOffsets(decoders.keySet()));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    /** Whether all before {@code ends} has been polled. */
    boolean isPast(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
