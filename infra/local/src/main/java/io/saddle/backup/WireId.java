package io.saddle.backup;

import java.nio.ByteBuffer;

/** The schema's id in a record's value: byte 0, four bytes of id, Avro. */
final class WireId {

    private static final int AT = 1;
    private static final int HEADER_BYTES = AT + Integer.BYTES;

    private WireId() {}

    static boolean isIn(byte[] value) {
        return value != null && value.length >= HEADER_BYTES && value[0] == 0;
    }

    static int of(byte[] value) {
        return ByteBuffer.wrap(value).getInt(AT);
    }
}
