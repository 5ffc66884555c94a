package io.saddle.serde;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes a topic's records in the Confluent wire format. Never registers a schema: one that the registry does not know is an
 * error whose remedy is to run the set-up.
 *
 * @param <T> the topic's value
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    /** This build's schema was not to be had; the record itself may be sound. */
    public static final class NoSchemaException extends SerializationException {
        private static final long serialVersionUID = 1L;

        NoSchemaException(String message) {
            super(message);
        }

        NoSchemaException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final Topic<T> topic;
    private final RegisteredSchemas schemas;
    private final SpecificDatumWriter<T> writer;
    private volatile int schemaId = -1;

    public AvroSerializer(Topic<T> topic, SchemaRegistryClient registry) {
        this.topic = topic;
        this.schemas = new RegisteredSchemas(registry);
        this.writer = new SpecificDatumWriter<>(topic.valueType());
    }

    @Override
    public byte[] serialize(String topicName, T value) {
        if (value == null) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(AvroWireFormat.header(schemaId()));
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(topic.name() + ": cannot write " + value + ": " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    private int schemaId() {
        if (schemaId < 0) {
            try {
                schemaId = schemas.id(topic)
                        .orElseThrow(() -> new NoSchemaException("the schema registry has no schema of this build for '"
                                + topic.subject() + "'; ./saddle setup registers it"));
            } catch (IOException | RestClientException e) {
                throw new NoSchemaException(
                        "the schema registry does not answer for '" + topic.subject() + "': " + e.getMessage(), e);
            }
        }
        return schemaId;
    }
}
