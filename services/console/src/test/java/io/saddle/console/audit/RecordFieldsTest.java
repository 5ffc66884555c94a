package io.saddle.console.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Pipeline;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordFieldsTest {

    private static Map<String, String> fields(String definition) {
        return RecordFields.of(Pipeline.newBuilder()
                .setName("p")
                .setRevision(1)
                .setDefinition(definition)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    @Test
    void aDefinitionIsToldByItsOwnFields() {
        Map<String, String> fields = fields("{\"name\": \"p\", \"steps\": [{\"name\": \"a\"}]}");
        assertEquals("a", fields.get("definition.steps[0].name"));
        assertTrue(!fields.containsKey("…"), fields::toString);
    }

    /** Every leaf's place was written out in full, 7 GB of it: the console ended, and again when it read the record anew. */
    @Test
    void placesUnderHugeKeysTakeNoMoreRoomThanTheyMean() {
        String key = "k".repeat(40_000);
        StringBuilder definition = new StringBuilder();
        for (int depth = 0; depth < 3; depth++) {
            definition.append("{\"").append(key).append("\": ");
        }
        definition.append("[0").append(",0".repeat(60_000)).append("]}}}");
        Map<String, String> fields = fields(definition.toString());
        assertEquals(1, fields.keySet().stream().filter("…"::equals).count());
        assertTrue(fields.size() < 5, () -> fields.size() + " fields");
        String other = definition.toString().replace("[0,", "[1,");
        assertNotEquals(fields.get("…"), fields(other).get("…"), "what there is no room for is told by its hash");
    }
}
