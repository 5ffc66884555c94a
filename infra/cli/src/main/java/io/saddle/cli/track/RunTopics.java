package io.saddle.cli.track;

import io.saddle.kafka.BoundedRead;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RecordDecoder;
import io.saddle.kafka.TopicContents;
import io.saddle.kafka.TopicEnds;
import io.saddle.schema.TrainingRun;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The records of one run, from their beginning; only what is committed. A broker that is away is waited for. */
final class RunTopics implements AutoCloseable {

    /** The topics that are read, beside the run itself. */
    static final List<Topic<?>> READ = List.of(
            Topics.GRADIENT_SUMMARIES, Topics.MULTIPLIERS, Topics.FID_SCORES, Topics.SNAPSHOTS, Topics.RUN_STATUS);

    private static final Duration POLL = Duration.ofMillis(200);

    private final byte[] key;
    private final Consumer<String> notices;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicEnds ends;
    private final List<TopicPartition> partitions;
    private final RecordDecoder decoder;

    /** @param notices told of records that cannot be read */
    RunTopics(KafkaSettings kafka, Serdes serdes, String runId, Consumer<String> notices) {
        this.key = runId.getBytes(StandardCharsets.UTF_8);
        this.notices = notices;
        this.decoder = new RecordDecoder(serdes);
        this.partitions = READ.stream()
                .map(topic -> new TopicPartition(topic.name(), partition(topic, runId)))
                .toList();
        this.consumer = new KafkaConsumer<>(
                kafka.consumer("saddle-track"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.ends = new TopicEnds(kafka.reader());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The definition of a run; empty if there is none of this id. */
    static Optional<TrainingRun> find(KafkaSettings kafka, Serdes serdes, String runId) {
        AtomicReference<TrainingRun> found = new AtomicReference<>();
        DecodingDeserializer<TrainingRun> decoder = serdes.decoder(Topics.RUNS);
        TopicContents.read(kafka, List.of(Topics.RUNS), record -> {
            if (Arrays.equals(record.key(), runId.getBytes(StandardCharsets.UTF_8))) {
                Decoded<TrainingRun> newest = decoder.deserialize(record.topic(), record.value());
                if (newest == null) {
                    // It is deleted with its history; what was before may stand there until Kafka clears up.
                    found.set(null);
                } else if (newest instanceof Decoded.Value<TrainingRun> readable) {
                    found.set(readable.value());
                }
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
        consumer.poll(POLL).forEach(record -> take(record, records::add));
        return records;
    }

    /**
     * The next records up to {@code ends}, those of each topic in their order.
     *
     * @throws TimeoutException if the broker is away
     */
    void readTo(Map<TopicPartition, Long> ends, Consumer<SpecificRecord> action) {
        BoundedRead.<RuntimeException>read(consumer, ends, record -> take(record, action));
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Consumer<SpecificRecord> action) {
        if (Arrays.equals(key, record.key()) && record.value() != null) {
            decoded(record).ifPresent(action);
        }
    }

    private Optional<SpecificRecord> decoded(ConsumerRecord<byte[], byte[]> record) {
        RecordDecoder.Outcome<?> outcome;
        try {
            outcome = decoder.decode(Topics.named(record.topic()), record, () -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
        if (outcome.unreadable() != null) {
            notices.accept(record.topic() + "-" + record.partition() + "@" + record.offset()
                    + " cannot be read and is left out: " + outcome.unreadable());
            return Optional.empty();
        }
        return Optional.of(outcome.received().value());
    }

    /** The ends of the topics now; empty if the broker is away. */
    Optional<Map<TopicPartition, Long>> ends() {
        try {
            return Optional.of(ends.of(partitions));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    /** True if all before {@code ends} has been polled. */
    boolean isPast(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
        ends.close();
    }
}
