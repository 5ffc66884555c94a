package io.saddle.stack.testing;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.function.Predicate;

/** Serdes for topologies without a cluster, in whose registry stand the schemas that a set-up would have registered. */
public final class RegisteredSerdes {

    private RegisteredSerdes() {}

    /** Of all topics. */
    public static Serdes ofAll() {
        Serdes serdes = new Serdes(new MockSchemaRegistryClient());
        register(serdes, topic -> true);
        return serdes;
    }

    /** Registers the schemas of some topics. */
    public static void register(Serdes serdes, Predicate<Topic<?>> wanted) {
        for (Topic<?> topic : Topics.all()) {
            if (wanted.test(topic)) {
                try {
                    serdes.registry().register(topic.subject(), new AvroSchema(topic.schema()));
                } catch (IOException | RestClientException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
