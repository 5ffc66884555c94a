package io.saddle.streams;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time that a record carries; 1970 where it carries none. The protocol allows that (-1), clients of other languages do it, and
 * Kafka Streams would fail on it before any of our code could put the record aside.
 */
public final class RecordTime implements TimestampExtractor {

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
