package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class IdentifiersTest {

    @Test
    void theRuleIsTheSchemas() throws IOException {
        JsonNode schema = new ObjectMapper().readTree(RunSpec.class.getResource("run-spec.schema.json"));
        assertEquals(
                "^" + Identifiers.PATTERN + "$",
                schema.at("/$defs/identifier/pattern").asText());
    }
}
