package io.saddle.kafka;

import org.apache.avro.specific.SpecificRecord;

/**
 * A record as it came from a topic, readable.
 *
 * @param key the record's key; the run's id unless the topic says otherwise
 * @param value null for a tombstone
 */
public record Received<T extends SpecificRecord>(
        String topic, int partition, long offset, long timestamp, String key, T value) {}
