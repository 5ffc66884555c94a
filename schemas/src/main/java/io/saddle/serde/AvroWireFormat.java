package io.saddle.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/** The frame of Confluent's wire format: byte 0, the schema's id as a big-endian int, then Avro binary. */
public final class AvroWireFormat {

    /** Bytes before the Avro binary. */
    public static final int HEADER_BYTES = 1 + Integer.BYTES;

    static final byte MAGIC = 0;

    private AvroWireFormat() {}

    /** True if a record's value begins as this format does; garbage may do so too. */
    public static boolean isFramed(byte[] data) {
        return data != null && data.length >= HEADER_BYTES && data[0] == MAGIC;
    }

    /** @throws SerializationException if the value is not {@link #isFramed} */
    public static int schemaId(byte[] data) {
        if (!isFramed(data)) {
            throw new SerializationException(
                    "not in the Confluent wire format (byte 0, 4-byte schema id, Avro binary): " + data.length
                            + " bytes" + (data.length == 0 ? "" : ", first byte " + (data[0] & 0xff)));
        }
        return ByteBuffer.wrap(data).getInt(1);
    }

    /** The bytes before the Avro binary. */
    public static byte[] header(int schemaId) {
        return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
    }
}
