package io.saddle.stack;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.topic.Topic;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** Registers the schema of each topic under its subject and holds the subject to FULL_TRANSITIVE. */
public final class SchemaSetup {

    public static final String COMPATIBILITY = "FULL_TRANSITIVE";
    private static final int CONFLICT = 409;

    private final SchemaRegistryClient registry;

    SchemaSetup(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /** @param problems takes a line for each subject whose schema was refused */
    void run(Collection<Topic<?>> topics, List<String> problems) {
        for (Topic<?> topic : topics) {
            try {
                registry.register(topic.subject(), new AvroSchema(topic.schema()));
                registry.updateCompatibility(topic.subject(), COMPATIBILITY);
            } catch (RestClientException e) {
                problems.add(problem(topic, e));
            } catch (IOException e) {
                throw new StackException(
                        "the schema registry cannot be reached for subject " + topic.subject() + ": " + e.getMessage()
                                + " (is its address right, and does it run?)",
                        e);
            }
        }
    }

    private static String problem(Topic<?> topic, RestClientException e) {
        return "subject " + topic.subject() + ": "
                + (e.getStatus() == CONFLICT
                        ? "this build's schema is not " + COMPATIBILITY + " with those registered; change "
                                + topic.valueType().getSimpleName() + ".avsc so that old and new readers can read it: "
                        : "the schema was refused: ")
                + e.getMessage();
    }
}
