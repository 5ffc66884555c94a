package io.saddle.cli.topics;

import io.saddle.serde.Serdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics without a consumer group: only what is committed, from the beginning or from now on. */
final class TopicTail implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordLine line;

    /** @param reader settings of a consumer without a group */
    TopicTail(Map<String, Object> reader, Serdes serdes, List<String> topics, boolean fromBeginning) {
        this.line = new RecordLine(serdes);
        this.consumer = new KafkaConsumer<>(reader, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .collect(Collectors.toList());
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position);
    }

    /**
     * Hands over one JSON object for each record.
     *
     * @param run only records of this run; null: of all
     * @param timeoutSeconds ends when nothing matching came for so long; null: never
     * @param take returns whether to go on
     */
    void follow(String run, long max, Double timeoutSeconds, Predicate<String> take) {
        long taken = 0;
        long last = System.nanoTime();
        while (taken < max) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                String key = RecordLine.key(record);
                if (run != null && (key == null || !(key.equals(run) || key.startsWith(run + "/")))) {
                    continue;
                }
                if (!take.test(line.of(record)) || ++taken >= max) {
                    return;
                }
                last = System.nanoTime();
            }
            if (timeoutSeconds != null && System.nanoTime() - last > timeoutSeconds * 1e9) {
                return;
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
