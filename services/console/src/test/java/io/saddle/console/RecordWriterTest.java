package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.audit.ChangeOrigin;
import io.saddle.kafka.Publisher;
import io.saddle.schema.Project;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordWriterTest {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final RecordWriter records = new RecordWriter(
            new Publisher(producer, serdes), () -> new ChangeOrigin(null, null, "test", null), Duration.ofMillis(10));
    private final List<String> table = new ArrayList<>();

    @BeforeEach
    void register() throws Exception {
        serdes.registry().register(Topics.PROJECTS.subject(), new AvroSchema(Topics.PROJECTS.schema()));
    }

    private void write(String description) {
        records.write(Topics.PROJECTS, "p", project(description), () -> table.add(description));
    }

    /** The next change of what was known before took it back. */
    @Test
    void aChangeThatKafkaTakesAfterAllIsKnownBeforeTheNextOneBegins() {
        assertTrue(assertThrows(Refusal.class, () -> write("one")).getMessage().startsWith("the change of p is not"));
        assertTrue(assertThrows(Refusal.class, () -> write("two")).getMessage().startsWith("an earlier change of p"));
        assertEquals(List.of(), table);

        assertTrue(producer.completeNext());
        assertEquals(List.of("one"), table);
        assertThrows(Refusal.class, () -> write("three"));
        assertEquals(2, producer.history().size(), "and then there may be another one");
    }

    @Test
    void whatKafkaNeverTookIsNotInTheTable() {
        assertThrows(Refusal.class, () -> write("one"));
        assertTrue(producer.errorNext(new TimeoutException("no answer")));
        assertThrows(Refusal.class, () -> write("two"));
        assertTrue(producer.completeNext());
        assertEquals(List.of("two"), table);
    }

    private static Project project(String description) {
        return Project.newBuilder()
                .setName("p")
                .setRevision(1)
                .setDescription(description)
                .setMembers(List.of())
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }
}
