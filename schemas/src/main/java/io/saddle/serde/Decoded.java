package io.saddle.serde;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record's value as it was found: read, or not readable with its raw bytes kept for the dead-letter topic. Reading never
 * throws for a bad record, so that one cannot stop a partition.
 *
 * @param <T> the topic's value
 */
public sealed interface Decoded<T extends SpecificRecord> {

    /**
     * A value that could be read; {@code raw} is what was read, never null: a letter about it has that, and with it what only a newer build
     * knows.
     */
    record Value<T extends SpecificRecord>(T value, byte[] raw) implements Decoded<T> {}

    /** A value that could not; {@code raw} is never null. */
    record Unreadable<T extends SpecificRecord>(byte[] raw, SerializationException cause) implements Decoded<T> {

        /** The reason why it cannot be read, for people. */
        public String reason() {
            return cause.getMessage();
        }
    }
}
