package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The committed records of whole topics as they stand there, from the beginning to the {@linkplain TopicEnds end} that there is at the
 * call.
 */
public final class TopicContents {

    private TopicContents() {}

    /** Hands over each record, those of a partition in their order. */
    public static <E extends Exception> void read(
            KafkaSettings kafka, Collection<? extends Topic<?>> topics, BoundedRead.Action<E> action) throws E {
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            BoundedRead.read(consumer, TopicEnds.now(kafka.reader(), partitions), action);
        }
    }
}
