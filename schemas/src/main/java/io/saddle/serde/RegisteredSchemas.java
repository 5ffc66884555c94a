package io.saddle.serde;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.topic.Topic;
import java.io.IOException;
import java.util.OptionalInt;

/** The schemas of this build, as far as a registry has them. None is registered here: that is the set-up's part. */
public final class RegisteredSchemas {

    /** Codes 404xx are the registry's own: a proxy before one that is away says 404 as well, with another code or none. */
    private static final int NOT_FOUND = 404;

    private final SchemaRegistryClient registry;

    public RegisteredSchemas(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /**
     * The number of this build's schema of a topic; empty if its subject lacks it, or is not there.
     *
     * @throws IOException if the registry cannot be reached
     * @throws RestClientException if it gives another answer
     */
    public OptionalInt id(Topic<?> topic) throws IOException, RestClientException {
        try {
            return OptionalInt.of(registry.getId(topic.subject(), new AvroSchema(topic.schema())));
        } catch (RestClientException e) {
            if (saysThatThereIsNone(e)) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    /** True for the registry's own word that it has no such schema or subject: what is asked for is not to be had by asking again. */
    public static boolean saysThatThereIsNone(RestClientException answer) {
        return answer.getErrorCode() / 100 == NOT_FOUND;
    }
}
