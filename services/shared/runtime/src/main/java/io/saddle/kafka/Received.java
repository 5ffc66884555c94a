package io.saddle.kafka;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record as it came from a topic, readable.
 *
 * @param key the record's key; the run's id unless the topic says otherwise
 * @param value null for a tombstone
 * @param headers a trace, if it has one
 */
public record Received<T extends SpecificRecord>(
        String topic, int partition, long offset, long timestamp, String key, T value, Headers headers) {}
