package io.saddle.serde;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.topic.Topic;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads a topic's records in the Confluent wire format, resolving the writer's schema against this build's.
 *
 * <p>A record that can never be read throws {@link SerializationException}; a registry that does not answer throws
 * {@link RegistryUnavailableException}, which is worth a retry: the record itself may be sound.
 *
 * @param <T> the topic's value
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    /** The registry could not be asked; the record was not judged. */
    public static final class RegistryUnavailableException extends RetriableException {
        private static final long serialVersionUID = 1L;

        RegistryUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final Topic<T> topic;
    private final SchemaRegistryClient registry;
    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

    public AvroDeserializer(Topic<T> topic, SchemaRegistryClient registry) {
        this.topic = topic;
        this.registry = registry;
    }

    @Override
    public T deserialize(String topicName, byte[] data) {
        if (data == null) {
            return null;
        }
        SpecificDatumReader<T> reader = reader(AvroWireFormat.schemaId(data));
        try {
            return reader.read(null, LengthCheck.body(reader.getSchema(), data));
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(topic.name() + ": cannot read the record: " + e, e);
        }
    }

    private SpecificDatumReader<T> reader(int schemaId) {
        SpecificDatumReader<T> known = readers.get(schemaId);
        if (known != null) {
            return known;
        }
        SpecificDatumReader<T> reader = new SpecificDatumReader<>(topic.valueType());
        reader.setSchema(writerSchema(schemaId));
        // Not computeIfAbsent: whoever reads another schema meanwhile would wait for the registry, too.
        readers.put(schemaId, reader);
        return reader;
    }

    private Schema writerSchema(int schemaId) {
        try {
            ParsedSchema schema = registry.getSchemaById(schemaId);
            if (schema.rawSchema() instanceof Schema avro
                    && avro.getType() == Schema.Type.RECORD
                    && avro.getFullName().equals(topic.schema().getFullName())) {
                return avro;
            }
            throw new SerializationException(topic.name() + ": schema " + schemaId + " is of '" + schema.name()
                    + "', the topic carries " + topic.schema().getFullName());
        } catch (RestClientException e) {
            if (RegisteredSchemas.saysThatThereIsNone(e)) {
                throw new SerializationException(topic.name() + ": the registry knows no schema " + schemaId, e);
            }
            throw new RegistryUnavailableException("schema registry: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RegistryUnavailableException("schema registry cannot be reached: " + e.getMessage(), e);
        } catch (AvroRuntimeException e) {
            throw new SerializationException(topic.name() + ": schema " + schemaId + " is not usable: " + e, e);
        }
    }
}
