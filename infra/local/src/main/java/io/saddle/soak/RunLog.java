package io.saddle.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.schema.Alert;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SnapshotWeights;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All that stands on the topics of one run, in the order of each topic, what was said twice twice: what a run is audited by.
 */
record RunLog(
        String runId,
        List<GradientSummary> summaries,
        List<MultiplierUpdate> updates,
        List<ModelSnapshot> snapshots,
        List<LossEstimate> estimates,
        List<Alert> alerts) {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Reads the topics from their beginning to where they end now; committed records only. */
    static RunLog read(KafkaSettings kafka, String runId) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.consumer("saddle-audit-" + UUID.randomUUID()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return new RunLog(
                    runId,
                    read(consumer, kafka, Topics.GRADIENT_SUMMARIES, runId),
                    read(consumer, kafka, Topics.MULTIPLIERS, runId),
                    read(consumer, kafka, Topics.SNAPSHOTS, runId),
                    read(consumer, kafka, Topics.LOSS_ESTIMATES, runId),
                    read(consumer, kafka, Topics.ALERTS, runId));
        }
    }

    private static <T extends SpecificRecord> List<T> read(
            KafkaConsumer<byte[], byte[]> consumer, KafkaSettings kafka, Topic<T> topic, String runId) {
        TopicPartition partition =
                new TopicPartition(topic.name(), RunPartitioner.partition(runId, topic.partitions()));
        DecodingDeserializer<T> decoder = kafka.serdes().decoder(topic);
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        consumer.seekToBeginning(only);
        long end = consumer.endOffsets(only).get(partition);
        List<T> values = new ArrayList<>();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                boolean ofRun = record.key() != null && new String(record.key(), StandardCharsets.UTF_8).equals(runId);
                if (ofRun && decoder.deserialize(topic.name(), record.value()) instanceof Decoded.Value<T> decoded) {
                    values.add(decoded.value());
                }
            }
        }
        return values;
    }

    /** Each dual step's multipliers, to the bit, in the order of the topic. */
    List<String> trajectory() {
        return updates.stream()
                .flatMap(update -> update.getConstraints().stream()
                        .map(row -> update.getDualStep() + " " + row.getConstraintId() + " "
                                + Long.toHexString(Double.doubleToRawLongBits(row.getAfter()))))
                .toList();
    }

    /** The digest of the finished model's weights; empty if there is none. */
    Optional<String> finalWeights() {
        return snapshots.stream()
                .filter(snapshot -> snapshot.getLast() && snapshot.getWeights() == SnapshotWeights.EMA)
                .map(snapshot -> snapshot.getArtifact().getSha256())
                .reduce((first, second) -> second);
    }
}
