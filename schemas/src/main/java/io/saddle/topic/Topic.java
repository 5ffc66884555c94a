package io.saddle.topic;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of the contract.
 *
 * @param <T> its value, an Avro record
 * @param name name in Kafka
 * @param valueType class of the value
 * @param partitions number of partitions, the same for every topic
 * @param compact whether Kafka keeps the newest record of each key rather than all of some age
 * @param retentionDays days that records are kept; -1 for ever; without meaning where {@code compact}
 * @param deadLetterName the topic that takes the raw bytes of what could not be read or handled
 * @param deadLetterRetentionDays days that dead letters are kept
 */
public record Topic<T extends SpecificRecord>(
        String name,
        Class<T> valueType,
        int partitions,
        boolean compact,
        int retentionDays,
        String deadLetterName,
        int deadLetterRetentionDays) {

    /** The registry's subject of the value's schema (Confluent's TopicNameStrategy). */
    public String subject() {
        return name + "-value";
    }

    /** The schema that this build writes. */
    public Schema schema() {
        return SpecificData.get().getSchema(valueType);
    }
}
