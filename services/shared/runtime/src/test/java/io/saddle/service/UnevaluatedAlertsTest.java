package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
import io.saddle.schema.Alert;
import io.saddle.schema.ModelSnapshot;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnevaluatedAlertsTest {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final UnevaluatedAlerts alerts = new UnevaluatedAlerts(
            new AlertLog("an-evaluator", Clock.systemUTC()), new Publisher(producer, serdes), new NoEvaluation());

    @BeforeEach
    void register() throws Exception {
        serdes.registry().register(Topics.ALERTS.subject(), new AvroSchema(Topics.ALERTS.schema()));
    }

    private List<String> said() {
        return producer.history().stream()
                .map(record -> serdes.deserializer(Topics.ALERTS).deserialize(Topics.ALERTS.name(), record.value()))
                .map(Alert::getMessage)
                .toList();
    }

    /** A trainer in LOCKSTEP announces its snapshot again and again, and each is refused until another time. */
    @Test
    void refusalsForTheSameReasonAreSaidOnceWhateverTimeTheyName() throws Exception {
        for (int minute = 1; minute <= 3; minute++) {
            alerts.raise(
                    SnapshotWorkTest.received(20 * minute),
                    new RefusedException("it ended 2", "it ended 2; until 03:0" + minute));
        }
        assertEquals(List.of("the snapshot of step 20 was not evaluated: it ended 2; until 03:01"), said());
    }

    @Test
    void thatTheFinishedModelIsNotJudgedIsSaidThoughEarlierOnesWereNotEither() throws Exception {
        Received<ModelSnapshot> other = SnapshotWorkTest.received(40);
        Received<ModelSnapshot> last = new Received<>(
                other.topic(),
                other.partition(),
                other.offset(),
                other.timestamp(),
                other.key(),
                ModelSnapshot.newBuilder(other.value()).setLast(true).build(),
                other.headers());
        alerts.raise(SnapshotWorkTest.received(20), new IOException("no such folder"));
        alerts.raise(last, new IOException("no such folder"));
        assertEquals(2, said().size(), said().toString());
        assertTrue(said().get(1).contains("step 40"), said().toString());
    }

    @Test
    void eachOtherReasonIsSaid() throws Exception {
        alerts.raise(SnapshotWorkTest.received(20), new IOException("no such folder"));
        alerts.raise(SnapshotWorkTest.received(40), new RefusedException("too large"));
        assertEquals(2, said().size(), said().toString());
        assertTrue(said().get(1).endsWith("too large"), said().toString());
    }
}
