package io.saddle.kafka;

import io.saddle.topic.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes what a reader could not read or handle. */
@FunctionalInterface
public interface RejectedRecords {

    /** Takes one record; returns without waiting. */
    void reject(Topic<?> topic, ConsumerRecord<byte[], byte[]> record, String reason);
}
