package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes what a reader could not read or handle. */
@FunctionalInterface
public interface RejectedRecords {

    /**
     * Takes one record, without waiting.
     *
     * @return done when the record is kept for good; its offset is not committed before
     */
    Future<?> reject(Topic<?> topic, ConsumerRecord<byte[], byte[]> record, Rejection why);
}
