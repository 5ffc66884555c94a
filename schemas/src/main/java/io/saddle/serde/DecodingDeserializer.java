package io.saddle.serde;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Turns a record that can never be read into {@link Decoded.Unreadable}; an unreachable registry still throws,
 * since no record may be skipped for that.
 *
 * @param <T> the topic's value
 */
public final class DecodingDeserializer<T extends SpecificRecord> implements Deserializer<Decoded<T>> {

    private final AvroDeserializer<T> deserializer;

    public DecodingDeserializer(AvroDeserializer<T> deserializer) {
        this.deserializer = deserializer;
    }

    /**
     * @return null for a tombstone
     * @throws AvroDeserializer.RegistryUnavailableException if the registry does not answer
     */
    @Override
    public Decoded<T> deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        try {
            return new Decoded.Value<>(deserializer.deserialize(topic, data), data);
        } catch (SerializationException e) {
            return new Decoded.Unreadable<>(data, e);
        }
    }
}
