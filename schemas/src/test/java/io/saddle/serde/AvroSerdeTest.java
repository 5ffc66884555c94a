package io.saddle.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.serde.AvroDeserializer.RegistryUnavailableException;
import io.saddle.serde.AvroSerializer.NoSchemaException;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroSerdeTest {

    private static final ModelSnapshot SNAPSHOT = new ModelSnapshot(
            "run",
            20L,
            1L,
            SnapshotWeights.RAW,
            false,
            Map.of("four", 3),
            new Artifact("file:///store/run/raw-20", "00ff", 42L),
            "trainer-1",
            Instant.ofEpochMilli(1_767_000_000_123L));

    private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
    private final Serdes serdes = new Serdes(registry);

    static Collection<Topic<?>> topics() {
        return Topics.all();
    }

    @BeforeEach
    void registerEverySchema() throws IOException, RestClientException {
        for (Topic<?> topic : Topics.all()) {
            registry.register(topic.subject(), new AvroSchema(topic.schema()));
        }
    }

    private int idOf(Topic<?> topic) throws Exception {
        return registry.getId(topic.subject(), new AvroSchema(topic.schema()));
    }

    private static byte[] framed(int schemaId, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(schemaId)
                .put(body)
                .array();
    }

    private String unreadable(Topic<?> topic, byte[] data) {
        Decoded<?> decoded = serdes.decoder(topic).deserialize(topic.name(), data);
        if (decoded instanceof Decoded.Unreadable<?> found) {
            assertSame(data, found.raw(), "the raw bytes are kept");
            assertThrows(
                    SerializationException.class,
                    () -> serdes.deserializer(topic).deserialize(topic.name(), data));
            return found.reason();
        }
        throw new AssertionError("was read: " + decoded);
    }

    @ParameterizedTest
    @MethodSource("topics")
    <T extends SpecificRecord> void everyRecordComesBackAsItWas(Topic<T> topic) {
        AvroSerializer<T> serializer = serdes.serializer(topic);
        DecodingDeserializer<T> decoder = serdes.decoder(topic);
        for (T value : RandomRecords.of(topic, 100, 17)) {
            byte[] bytes = serializer.serialize(topic.name(), value);

            Decoded.Value<T> read = (Decoded.Value<T>) decoder.deserialize(topic.name(), bytes);
            assertEquals(value, read.value());
            assertSame(bytes, read.raw());
        }
    }

    @Test
    void theFrameIsConfluents() throws Exception {
        byte[] bytes = serdes.serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT);

        assertEquals(0, bytes[0]);
        assertEquals(idOf(Topics.SNAPSHOTS), ByteBuffer.wrap(bytes).getInt(1));
        DatumWriter<ModelSnapshot> avro = new SpecificDatumWriter<>(ModelSnapshot.class);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        avro.write(SNAPSHOT, EncoderFactory.get().directBinaryEncoder(body, null));
        assertArrayEquals(body.toByteArray(), Arrays.copyOfRange(bytes, 5, bytes.length));
    }

    @Test
    void aTombstoneStaysOne() {
        assertNull(serdes.serializer(Topics.RUNS).serialize("t", null));
        assertNull(serdes.deserializer(Topics.RUNS).deserialize("t", null));
        assertNull(serdes.decoder(Topics.RUNS).deserialize("t", null));
    }

    @Test
    void anEmptyValueIsUnreadable() {
        assertTrue(unreadable(Topics.RUNS, new byte[0]).contains("0 bytes"));
    }

    @Test
    void bytesOutsideTheFormatAreUnreadable() {
        assertTrue(unreadable(Topics.RUNS, "{\"runId\": \"json\"}".getBytes()).contains("first byte 123"));
        assertTrue(unreadable(Topics.RUNS, new byte[] {0, 0, 0, 1}).contains("4 bytes"));
    }

    @Test
    void aSchemaThatTheRegistryDoesNotKnowMakesARecordUnreadable() {
        assertTrue(unreadable(Topics.RUNS, framed(9999, new byte[3])).contains("no schema 9999"));
    }

    @Test
    void aRecordOfAnotherTypeIsUnreadable() throws Exception {
        byte[] snapshot = serdes.serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT);

        assertTrue(unreadable(Topics.RUNS, snapshot).contains("the topic carries io.saddle.schema.TrainingRun"));
    }

    @Test
    void aSchemaThatIsNoRecordMakesARecordUnreadable() throws Exception {
        int id = registry.register("other-value", new AvroSchema("\"string\""));

        unreadable(Topics.RUNS, framed(id, new byte[] {2, 'a'}));
    }

    @Test
    void bytesAfterTheRecordMakeItUnreadable() {
        byte[] bytes = serdes.serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT);

        assertTrue(unreadable(Topics.SNAPSHOTS, Arrays.copyOf(bytes, bytes.length + 1))
                .contains("left over"));
    }

    @Test
    void aRecordThatIsCutOffAnywhereIsUnreadable() {
        byte[] bytes = serdes.serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT);
        for (int length = 0; length < bytes.length; length++) {
            unreadable(Topics.SNAPSHOTS, Arrays.copyOf(bytes, length));
        }
    }

    @Test
    void aSchemaThatWasNotSetUpIsNotRegisteredByWriting() {
        MockSchemaRegistryClient empty = new MockSchemaRegistryClient();

        NoSchemaException e = assertThrows(
                NoSchemaException.class,
                () -> new Serdes(empty).serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT));

        assertEquals(
                "the schema registry has no schema of this build for 'saddle.snapshots-value';"
                        + " ./saddle setup registers it",
                e.getMessage());
        assertThrows(RestClientException.class, () -> empty.getLatestSchemaMetadata("saddle.snapshots-value"));
    }

    @Test
    void ofARegistryThatDoesNotAnswerIsNotSaidThatItLacksASchema() {
        for (Exception failure : new Exception[] {
            new IOException("connection refused"), new RestClientException("default backend - 404", 404, 50005)
        }) {
            MockSchemaRegistryClient away = new MockSchemaRegistryClient() {
                @Override
                public int getId(String subject, ParsedSchema schema) throws IOException, RestClientException {
                    if (failure instanceof IOException e) {
                        throw e;
                    }
                    throw (RestClientException) failure;
                }
            };
            NoSchemaException e = assertThrows(
                    NoSchemaException.class,
                    () -> new Serdes(away).serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT));
            assertEquals(
                    "the schema registry does not answer for 'saddle.snapshots-value': " + failure.getMessage(),
                    e.getMessage());
        }
    }

    @Test
    void aRegistryThatDoesNotAnswerCondemnsNoRecord() {
        byte[] bytes = serdes.serializer(Topics.SNAPSHOTS).serialize("t", SNAPSHOT);
        for (Exception failure : new Exception[] {
            new IOException("connection refused"),
            new RestClientException("busy", 503, 50301),
            // A proxy whose registry is away.
            new RestClientException("default backend - 404", 404, 50005)
        }) {
            Unanswering registryClient = new Unanswering(failure);
            DecodingDeserializer<ModelSnapshot> decoder = new Serdes(registryClient).decoder(Topics.SNAPSHOTS);

            assertThrows(RegistryUnavailableException.class, () -> decoder.deserialize("t", bytes));

            registryClient.failure = null;
            assertInstanceOf(Decoded.Value.class, decoder.deserialize("t", bytes), "it is asked again");
        }
    }

    /** Fails until {@code failure} is null, then answers with the snapshots' schema. */
    private static final class Unanswering extends MockSchemaRegistryClient {
        private Exception failure;

        Unanswering(Exception failure) {
            this.failure = failure;
        }

        @Override
        public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RestClientException e) {
                throw e;
            }
            return new AvroSchema(Topics.SNAPSHOTS.schema());
        }
    }
}
