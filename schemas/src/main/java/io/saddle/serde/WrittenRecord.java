package io.saddle.serde;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;

/** A record as it was written, with all the fields of its own version and no others. */
public final class WrittenRecord {

    private WrittenRecord() {}

    /**
     * Reads a value in the Confluent wire format.
     *
     * @param schema that it was written with
     * @throws SerializationException if it is not a record of this schema; nothing is allocated for what it does not hold
     */
    public static GenericRecord read(Schema schema, byte[] framed) {
        try {
            return new GenericDatumReader<GenericRecord>(schema).read(null, LengthCheck.body(schema, framed));
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("cannot read the record: " + e, e);
        }
    }
}
