package io.saddle.serde;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.topic.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Typed serialisers of the topics over one registry client. */
public final class Serdes {

    private static final int CACHED_SCHEMAS = 1000;

    /** The client's own is a minute each, and it tries three times before it says so. */
    private static final Map<String, String> PATIENCE =
            Map.of("http.connect.timeout.ms", "10000", "http.read.timeout.ms", "30000");

    private final SchemaRegistryClient registry;

    public Serdes(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /**
     * @param registryUrl base URL of a registry that speaks Confluent's API
     * @param settings the client's own settings ({@code basic.auth.credentials.source}, ...), passed through
     */
    public static Serdes connect(String registryUrl, Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(PATIENCE);
        all.putAll(settings);
        return new Serdes(new CachedSchemaRegistryClient(
                List.of(registryUrl), CACHED_SCHEMAS, List.of(new AvroSchemaProvider()), all));
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
