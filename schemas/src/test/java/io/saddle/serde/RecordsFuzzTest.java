package io.saddle.serde;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a record of any topic: read, or {@link Decoded.Unreadable}; nothing is ever thrown. */
@Timeout(10)
class RecordsFuzzTest {

    private static final MockSchemaRegistryClient REGISTRY = new MockSchemaRegistryClient();
    private static final List<Reading<?>> TOPICS = new ArrayList<>();

    /** One topic, read by this build's schema. */
    private record Reading<T extends SpecificRecord>(Topic<T> topic, int schema, DecodingDeserializer<T> decoder) {

        static <T extends SpecificRecord> Reading<T> of(Topic<T> topic) throws Exception {
            int schema = REGISTRY.register(topic.subject(), new AvroSchema(topic.schema()));
            return new Reading<>(topic, schema, new Serdes(REGISTRY).decoder(topic));
        }

        /** With the header of this build's schema before it. */
        Decoded<T> read(byte[] body) {
            byte[] framed = ByteBuffer.allocate(5 + body.length)
                    .put(AvroWireFormat.header(schema))
                    .put(body)
                    .array();
            return decoder.deserialize(topic.name(), framed);
        }

        /** As it is. */
        Decoded<T> readWhole(byte[] content) {
            return decoder.deserialize(topic.name(), content);
        }
    }

    @BeforeAll
    static void registerEverySchema() throws Exception {
        if (TOPICS.isEmpty()) {
            for (Topic<?> topic : Topics.all()) {
                TOPICS.add(Reading.of(topic));
            }
        }
    }

    /** A topic's place in the list, then a record's Avro binary. */
    static Stream<byte[]> seeds() throws Exception {
        registerEverySchema();
        List<byte[]> seeds = new ArrayList<>(List.of(new byte[0], new byte[] {0, 0, 0, 0, 0}));
        for (int i = 0; i < TOPICS.size(); i++) {
            Topic<?> topic = TOPICS.get(i).topic();
            byte[] body = RandomRecords.binary(
                    topic.schema(),
                    new RandomData(topic.schema(), 1, i).iterator().next());
            seeds.add(
                    ByteBuffer.allocate(1 + body.length).put((byte) i).put(body).array());
        }
        return seeds.stream();
    }

    /** Seeds that never got to a decoder would leave nothing to fuzz. */
    @Test
    void theSeedsAreReadAsWhatTheyAre() throws Exception {
        List<byte[]> seeds = seeds().toList();
        for (int i = 0; i < TOPICS.size(); i++) {
            assertInstanceOf(Decoded.Value.class, TOPICS.get(i).read(body(seeds.get(i + 2))));
        }
        assertInstanceOf(Decoded.Unreadable.class, TOPICS.get(0).readWhole(seeds.get(1)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreARecordOrUnreadable(byte[] content) {
        if (content.length > 0) {
            Reading<?> reading = TOPICS.get((content[0] & 0xff) % TOPICS.size());
            assertNotNull(reading.read(body(content)));
            assertNotNull(reading.readWhole(body(content)));
        }
    }

    private static byte[] body(byte[] content) {
        return Arrays.copyOfRange(content, 1, content.length);
    }
}
