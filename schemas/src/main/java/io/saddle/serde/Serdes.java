package io.saddle.serde;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.topic.Topic;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Typed serialisers of the topics over one registry client. */
public final class Serdes {

    private static final int CACHED_SCHEMAS = 1000;

    private final SchemaRegistryClient registry;

    public Serdes(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /**
     * @param registryUrl base URL of a registry that speaks Confluent's API
     * @param settings the client's own settings ({@code basic.auth.credentials.source}, ...), passed through
     */
    public static Serdes connect(String registryUrl, Map<String, ?> settings) {
        return new Serdes(new CachedSchemaRegistryClient(
                List.of(registryUrl), CACHED_SCHEMAS, List.of(new AvroSchemaProvider()), settings));
    }

    public SchemaRegistryClient registry() {
        return registry;
    }

    public <T extends SpecificRecord> AvroSerializer<T> serializer(Topic<T> topic) {
        return new AvroSerializer<>(topic, registry);
    }

    public <T extends SpecificRecord> AvroDeserializer<T> deserializer(Topic<T> topic) {
        return new AvroDeserializer<>(topic, registry);
    }

    public <T extends SpecificRecord> DecodingDeserializer<T> decoder(Topic<T> topic) {
        return new DecodingDeserializer<>(deserializer(topic));
    }
}
