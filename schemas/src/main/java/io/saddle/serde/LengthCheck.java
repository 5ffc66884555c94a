package io.saddle.serde;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads over a record without keeping any of it. Avro's reader allocates what a length or a count in the bytes asks for before
 * it looks whether the bytes are there: a few bytes of garbage ask for gigabytes. What passes here asks for no more than it holds.
 */
final class LengthCheck {

    private LengthCheck() {}

    /**
     * The Avro binary of a framed value, to be read.
     *
     * @throws IOException if the bytes end before the value does
     * @throws AvroRuntimeException if they are not one value of this schema and no more
     */
    static BinaryDecoder body(Schema schema, byte[] framed) throws IOException {
        BinaryDecoder check = open(framed);
        skip(schema, check);
        if (!check.isEnd()) {
            throw new AvroRuntimeException("bytes are left over after the record");
        }
        return open(framed);
    }

    private static BinaryDecoder open(byte[] framed) {
        return DecoderFactory.get()
                .binaryDecoder(framed, AvroWireFormat.HEADER_BYTES, framed.length - AvroWireFormat.HEADER_BYTES, null);
    }

    /**
     * Moves {@code in} behind one value of {@code schema}.
     *
     * @throws IOException if the bytes end before the value does
     * @throws AvroRuntimeException if they are not a value of this schema
     */
    private static void skip(Schema schema, BinaryDecoder in) throws IOException {
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    skip(field.schema(), in);
                }
            }
            case ARRAY -> skipItems(in.readArrayStart(), in::arrayNext, () -> skip(schema.getElementType(), in));
            case MAP ->
                skipItems(in.readMapStart(), in::mapNext, () -> {
                    skipBytes(in);
                    skip(schema.getValueType(), in);
                });
            case UNION -> skip(branch(schema.getTypes(), in.readIndex()), in);
            case STRING, BYTES -> skipBytes(in);
            case FIXED -> in.skipFixed(schema.getFixedSize());
            case ENUM -> in.readEnum();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case BOOLEAN -> in.readBoolean();
            case NULL -> in.readNull();
        }
    }

    private interface Blocks {
        long next() throws IOException;
    }

    private interface Item {
        void skip() throws IOException;
    }

    private static void skipItems(long first, Blocks blocks, Item item) throws IOException {
        for (long count = first; count != 0; count = blocks.next()) {
            for (long i = 0; i < count; i++) {
                item.skip();
            }
        }
    }

    private static Schema branch(List<Schema> types, int index) {
        if (index < 0 || index >= types.size()) {
            throw new AvroRuntimeException("no type " + index + " in a union of " + types.size());
        }
        return types.get(index);
    }

    private static void skipBytes(BinaryDecoder in) throws IOException {
        long length = in.readLong();
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new EOFException("a length of " + length + " bytes");
        }
        in.skipFixed((int) length);
    }
}
