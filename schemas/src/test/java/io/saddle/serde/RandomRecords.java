package io.saddle.serde;

import io.saddle.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;

/** Arbitrary records of any schema: every branch of it comes up. */
final class RandomRecords {

    private RandomRecords() {}

    static <T extends SpecificRecord> List<T> of(Topic<T> topic, int count, long seed) {
        List<T> records = new ArrayList<>();
        for (Object generic : new RandomData(topic.schema(), count, seed)) {
            try {
                SpecificDatumReader<T> reader = new SpecificDatumReader<>(topic.valueType());
                records.add(reader.read(
                        null, DecoderFactory.get().binaryDecoder(binary(topic.schema(), generic), null)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return records;
    }

    /** Avro binary of a generic value, without the registry's frame. */
    static byte[] binary(Schema schema, Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
