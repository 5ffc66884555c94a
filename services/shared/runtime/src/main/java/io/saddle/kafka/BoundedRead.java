package io.saddle.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads partitions up to where they ended at some moment, and no further. */
public final class BoundedRead {

    private static final Duration POLL = Duration.ofMillis(100);
    /** A transaction that nobody ends, and that hides what stands behind it, is aborted by the broker long before. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Takes one record. */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        void take(ConsumerRecord<byte[], byte[]> record) throws E;
    }

    private BoundedRead() {}

    /**
     * From where the consumer stands.
     *
     * @param ends the offset after the last record of each partition that is read; the consumer is assigned just these
     * @throws TimeoutException if nothing comes for 90 s although an end is not reached
     */
    public static <E extends Exception> void read(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Action<E> action) throws E {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long before = read(consumer, ends);
        while (!isAtEnd(consumer, ends)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    action.take(record);
                }
            }
            long now = read(consumer, ends);
            if (now > before) {
                before = now;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException("nothing came for " + PATIENCE.toSeconds() + " s, and not all is read of "
                        + ends + " (offsets of the ends)");
            }
        }
    }

    private static boolean isAtEnd(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static long read(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.keySet().stream().mapToLong(consumer::position).sum();
    }
}
