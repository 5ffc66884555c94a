package io.saddle.stack.testing;

import io.saddle.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** A record of any topic with every field filled in: strings with the field's name, enums with their last symbol. */
public final class SampleRecords {

    public static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    private SampleRecords() {}

    public static <T extends SpecificRecord> T of(Topic<T> topic, String runId) {
        SpecificRecord record = (SpecificRecord) value(topic.schema(), "");
        Schema.Field run = topic.schema().getField("runId");
        // An evaluator belongs to no run.
        if (run != null) {
            record.put(run.pos(), runId);
        }
        return topic.valueType().cast(record);
    }

    private static Object value(Schema schema, String name) {
        if (LogicalTypes.timestampMillis().equals(schema.getLogicalType())) {
            return TIME;
        }
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case UNION -> value(schema.getTypes().get(schema.getTypes().size() - 1), name);
            case ARRAY -> List.of(value(schema.getElementType(), name));
            case MAP -> Map.of(name, value(schema.getValueType(), name));
            case ENUM -> symbol(schema);
            case STRING -> name;
            case INT -> 7;
            case LONG -> 7_000_000_000L;
            case DOUBLE -> 0.125;
            case BOOLEAN -> true;
            default -> throw new IllegalArgumentException("no sample of " + schema);
        };
    }

    private static SpecificRecord record(Schema schema) {
        SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
        schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema(), field.name())));
        return record;
    }

    private static Object symbol(Schema schema) {
        Object[] constants = SpecificData.get().getClass(schema).getEnumConstants();
        return constants[constants.length - 1];
    }
}
