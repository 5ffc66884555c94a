package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.audit.ChangeOrigin;
import io.saddle.kafka.Publisher;
import io.saddle.schema.Alert;
import io.saddle.schema.Severity;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertWriterTest {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final AlertWriter alerts = new AlertWriter(
            new AlertLog("console", Clock.systemUTC()),
            new RecordWriter(
                    new Publisher(producer, serdes),
                    () -> new ChangeOrigin(null, null, "test", null),
                    Duration.ofMillis(10)));

    @BeforeEach
    void register() throws Exception {
        serdes.registry().register(Topics.ALERTS.subject(), new AvroSchema(Topics.ALERTS.schema()));
    }

    private void raise() {
        alerts.ofExecution("nightly-7", "cannot start", Severity.ERROR, "it cannot start", "mend it");
    }

    private List<Alert> written() {
        return producer.history().stream()
                .map(record -> serdes.deserializer(Topics.ALERTS).deserialize(Topics.ALERTS.name(), record.value()))
                .toList();
    }

    /** It was lost where Kafka did not take it just then, for an equal one is counted and not said again. */
    @Test
    void anAlertThatKafkaDidNotTakeIsWrittenTheNextTime() {
        assertThrows(Refusal.class, this::raise);
        assertTrue(producer.errorNext(new TimeoutException("no answer")));
        assertThrows(Refusal.class, this::raise);
        assertEquals(2, written().size());
        assertEquals("nightly-7", written().get(1).getExecutionId());
        assertTrue(producer.completeNext());
        raise();
        assertEquals(2, written().size(), "an equal one is not said again at once");
    }

    @Test
    void anAlertThatKafkaTookAfterAllIsNotWrittenAgain() {
        assertThrows(Refusal.class, this::raise);
        assertTrue(producer.completeNext());
        raise();
        assertEquals(1, written().size());
    }
}
