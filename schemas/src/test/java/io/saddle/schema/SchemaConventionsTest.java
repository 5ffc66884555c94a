package io.saddle.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.Collection;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaConventionsTest {

    static Collection<Topic<?>> topics() {
        return Topics.all();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everySchemaIsDocumentedAndReadyToEvolve(Topic<?> topic) {
        assertEquals(Set.of(), SchemaConventions.departures(topic.schema()));
    }

    @Test
    void everyDepartureIsNoticed() {
        Schema schema = new Schema.Parser().parse("""
                {"type": "record", "name": "R", "namespace": "elsewhere", "fields": [
                  {"name": "undocumented", "type": "int"},
                  {"name": "e", "doc": "d", "type": {"type": "enum", "name": "E", "symbols": ["A"]}},
                  {"name": "late", "doc": "d", "type": ["int", "null"], "default": 0},
                  {"name": "required", "doc": "d", "type": ["null", "int"]},
                  {"name": "doneAt", "doc": "d", "type": "long"},
                  {"name": "seenAt", "doc": "d", "type": ["null", "long"], "default": null},
                  {"name": "heardAt", "doc": "d", "default": null,
                   "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
                  {"name": "list", "doc": "d", "type": {"type": "array", "items":
                    {"type": "record", "name": "N", "namespace": "io.saddle.schema", "doc": " ", "fields": []}}}
                ]}""");

        assertEquals(
                Set.of(
                        "R: has no doc",
                        "R: is not in io.saddle.schema",
                        "R.undocumented: has no doc",
                        "E: has no doc",
                        "E: is not in io.saddle.schema",
                        "E: has no default symbol",
                        "R.late: a union must be null and one type, null first",
                        "R.late: an optional field must have the default null",
                        "R.required: an optional field must have the default null",
                        "R.doneAt: a time must be timestamp-millis",
                        "R.seenAt: a time must be timestamp-millis",
                        "N: has no doc"),
                SchemaConventions.departures(schema));
    }
}
