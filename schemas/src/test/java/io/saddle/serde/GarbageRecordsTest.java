package io.saddle.serde;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that pretend: nothing is thrown, and no memory is taken for what is not there. */
class GarbageRecordsTest {

    private static final long MEGABYTE = 1 << 20;

    private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();

    static Collection<Topic<?>> topics() {
        return Topics.all();
    }

    /** Decodes within a megabyte of memory. */
    private <T extends SpecificRecord> Decoded<T> decode(Topic<T> topic, byte[] body) throws Exception {
        int id = registry.register(topic.subject(), new AvroSchema(topic.schema()));
        byte[] data = ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
        DecodingDeserializer<T> decoder = new Serdes(registry).decoder(topic);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        Decoded<T> decoded = decoder.deserialize(topic.name(), data);
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertTrue(allocated < MEGABYTE, () -> body.length + " bytes took " + allocated + " bytes of memory");
        return decoded;
    }

    @ParameterizedTest
    @MethodSource("topics")
    <T extends SpecificRecord> void randomBytesNeverStopTheReader(Topic<T> topic) throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            // Chance may make a short record of it; what counts is that nothing is thrown.
            decode(topic, body);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {1L << 30, Integer.MAX_VALUE - 8L, Integer.MAX_VALUE, Long.MAX_VALUE, -1, -1000, Long.MIN_VALUE})
    void textOfAnAbsurdLengthIsUnreadable(long length) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeLong(length);
        encoder.writeString("x");

        assertInstanceOf(Decoded.Unreadable.class, decode(Topics.RUNS, out.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {1L << 28, Integer.MAX_VALUE - 8L, Long.MAX_VALUE, -(1L << 28), -Integer.MAX_VALUE, Long.MIN_VALUE})
    void aListOfAnAbsurdLengthIsUnreadable(long count) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeString("run");
        encoder.writeLong(1);
        encoder.writeLong(20);
        encoder.writeLong(count);
        encoder.writeLong(0);
        encoder.writeLong(0);
        encoder.writeDouble(1);
        encoder.writeLong(0);

        assertInstanceOf(Decoded.Unreadable.class, decode(Topics.MULTIPLIERS, out.toByteArray()));
    }

    @Test
    void aTypeOutsideAUnionIsUnreadable() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeString("run");
        encoder.writeString("constraint");
        encoder.writeInt(1);
        encoder.writeEnum(1);
        encoder.writeString("denoising-loss");
        encoder.writeIndex(7);

        assertInstanceOf(Decoded.Unreadable.class, decode(Topics.CONSTRAINTS, out.toByteArray()));
    }
}
