package io.saddle.cli.backup;

import io.saddle.schema.Artifact;
import io.saddle.serde.AvroWireFormat;
import io.saddle.serde.WrittenRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Records' values as another cluster has them: its ids of their schemas and, in artifacts, its root of the store. What is no
 * readable record stays as it was.
 *
 * @param ids of one topic's schemas: here by there
 * @param schemas by their ids there
 * @param oldRoot of the artifact store
 * @param newRoot of the artifact store
 */
record Values(Map<Integer, Integer> ids, Map<Integer, Schema> schemas, StoreRoot oldRoot, StoreRoot newRoot) {

    private static final String ARTIFACT = Artifact.getClassSchema().getFullName();
    /** The field of the records that announce an artifact. */
    private static final String ANNOUNCED = "artifact";

    byte[] translated(byte[] value) {
        if (!AvroWireFormat.isFramed(value) || !ids.containsKey(AvroWireFormat.schemaId(value))) {
            return value;
        }
        int id = ids.get(AvroWireFormat.schemaId(value));
        Schema schema = schemas.get(AvroWireFormat.schemaId(value));
        return oldRoot.equals(newRoot) ? withId(value, id) : withRoot(value, id, schema);
    }

    private static byte[] withId(byte[] value, int id) {
        byte[] translated = value.clone();
        System.arraycopy(AvroWireFormat.header(id), 0, translated, 0, AvroWireFormat.HEADER_BYTES);
        return translated;
    }

    private byte[] withRoot(byte[] value, int id, Schema schema) {
        try {
            GenericRecord record = WrittenRecord.read(schema, value);
            return move(record) ? encoded(record, id) : withId(value, id);
        } catch (SerializationException unreadable) {
            return value;
        }
    }

    /**
     * The place of the artifact that a record announces.
     *
     * @return within the store, as the other cluster had it; empty if the record cannot be read or its artifact lies elsewhere
     */
    Optional<String> artifact(byte[] value) {
        if (!AvroWireFormat.isFramed(value) || !schemas.containsKey(AvroWireFormat.schemaId(value))) {
            return Optional.empty();
        }
        try {
            GenericRecord record = WrittenRecord.read(schemas.get(AvroWireFormat.schemaId(value)), value);
            return record.hasField(ANNOUNCED) && record.get(ANNOUNCED) instanceof GenericRecord artifact
                    ? oldRoot.within(artifact.get("uri").toString())
                    : Optional.empty();
        } catch (SerializationException unreadable) {
            return Optional.empty();
        }
    }

    /** @return whether anything was moved */
    private boolean move(Object value) {
        boolean moved = false;
        if (value instanceof GenericRecord record) {
            if (record.getSchema().getFullName().equals(ARTIFACT)) {
                Optional<String> within = oldRoot.within(record.get("uri").toString());
                if (within.isPresent()) {
                    record.put("uri", newRoot.artifact(within.get()));
                    return true;
                }
            }
            for (Schema.Field field : record.getSchema().getFields()) {
                moved |= move(record.get(field.pos()));
            }
        } else if (value instanceof Collection<?> values) {
            for (Object one : values) {
                moved |= move(one);
            }
        } else if (value instanceof Map<?, ?> values) {
            for (Object one : values.values()) {
                moved |= move(one);
            }
        }
        return moved;
    }

    private static byte[] encoded(GenericRecord record, int id) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(AvroWireFormat.header(id));
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
