package io.saddle.topic;

import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * One topic of the contract.
 *
 * @param <T> its value, an Avro record
 * @param name name in Kafka
 * @param valueType class of the value
 * @param key what its keys are: the fields that they are made of, with '/' between
 * @param partitions number of partitions, the same for every topic
 * @param compact whether Kafka keeps the newest record of each key rather than all of some age
 * @param retentionDays days that records are kept; -1 for ever; without meaning where {@code compact}
 * @param deadLetterName the topic that takes the raw bytes of what could not be read or handled
 * @param deadLetterRetentionDays days that dead letters are kept
 * @param writers the services that write to it, and {@link AccessRules#OPERATOR} where a person's commands do
 * @param readers the services that read it as records come, and put what they cannot read or handle on the dead-letter topic
 * @param rebuilders the services that look up in its past what was done when their own state is lost, and pass over what they cannot read
 * @param audited whether people change something by its records: the audit has an entry for each
 */
public record Topic<T extends SpecificRecord>(
        String name,
        Class<T> valueType,
        String key,
        int partitions,
        boolean compact,
        int retentionDays,
        String deadLetterName,
        int deadLetterRetentionDays,
        List<String> writers,
        List<String> readers,
        List<String> rebuilders,
        boolean audited) {

    /** A record of the largest size, with headers that say what was wrong with it. */
    private static final int DEAD_LETTER_BYTES = 2 << 20;

    private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

    /** The registry's subject of the value's schema (Confluent's TopicNameStrategy). */
    public String subject() {
        return name + "-value";
    }

    /** The schema that this build writes. */
    public Schema schema() {
        return SpecificData.get().getSchema(valueType);
    }

    /** Kafka's settings of the topic, by their names. */
    public Map<String, String> settings() {
        return compact
                ? Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)
                : Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        millis(retentionDays));
    }

    /** Kafka's settings of the dead-letter topic, by their names. */
    public Map<String, String> deadLetterSettings() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                millis(deadLetterRetentionDays),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(DEAD_LETTER_BYTES));
    }

    private static String millis(int days) {
        return Long.toString(days < 0 ? -1 : days * DAY_MILLIS);
    }
}
