package io.saddle.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/** The frame of Confluent's wire format: byte 0, the schema's id as a big-endian int, then Avro binary. */
final class AvroWireFormat {

    static final byte MAGIC = 0;
    static final int HEADER_BYTES = 1 + Integer.BYTES;

    private AvroWireFormat() {}

    static int schemaId(byte[] data) {
        if (data.length < HEADER_BYTES || data[0] != MAGIC) {
            throw new SerializationException(
                    "not in the Confluent wire format (byte 0, 4-byte schema id, Avro binary): " + data.length
                            + " bytes" + (data.length == 0 ? "" : ", first byte " + (data[0] & 0xff)));
        }
        return ByteBuffer.wrap(data).getInt(1);
    }
}
