package io.saddle.audit;

import io.saddle.serde.AvroWireFormat;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a record's value: of its Avro binary alone, since the schema's id before it is another one in the registry of
 * a restored stack.
 */
public final class RecordHash {

    private RecordHash() {}

    /**
     * The hash in lower-case hex; empty for a tombstone.
     *
     * @param value as it stands on the topic; what is not in the wire format counts whole
     */
    public static String of(byte[] value) {
        if (value == null) {
            return "";
        }
        int from = AvroWireFormat.isFramed(value) ? AvroWireFormat.HEADER_BYTES : 0;
        MessageDigest sha256 = digest();
        sha256.update(value, from, value.length - from);
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** What makes it, for whoever has the bytes one after the other. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
