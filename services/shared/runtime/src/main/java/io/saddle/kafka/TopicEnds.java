package io.saddle.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The ends of partitions, records of open transactions included. For a consumer of committed records a partition ends where the oldest
 * open transaction begins: whoever reads up to there leaves out what was committed behind it, of which its writer was told that
 * it is kept. Not thread-safe.
 */
public final class TopicEnds implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param reader settings of a consumer without a group */
    public TopicEnds(Map<String, Object> reader) {
        Map<String, Object> settings = new HashMap<>(reader);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_UNCOMMITTED.toString());
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The offset after the last record of each partition now, as {@link BoundedRead} takes them. */
    public Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
        // Of partitions that it does not have a consumer warns each time it hears of them.
        consumer.assign(partitions);
        return consumer.endOffsets(partitions);
    }

    /** {@link #of(Collection)} for those who ask once. */
    public static Map<TopicPartition, Long> now(Map<String, Object> reader, Collection<TopicPartition> partitions) {
        try (TopicEnds ends = new TopicEnds(reader)) {
            return ends.of(partitions);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
