package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunSpecSchemaTest {

    private static final Set<String> ENUM_OR_CONST = Set.of("enum", "const");

    private final JsonNode schema = new SpecSchema().document();

    @Test
    void theSchemaIsAValidSchema() {
        String dialect = SpecificationVersion.DRAFT_2020_12.getDialectId();

        assertEquals(
                List.of(),
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(SchemaLocation.of(dialect))
                        .validate(schema));
    }

    @Test
    void everyPropertyIsDescribed() {
        List<String> bare = new ArrayList<>();
        eachProperty(schema, "", (path, property) -> {
            if (resolve(property, "description").isMissingNode()) {
                bare.add(path);
            }
        });
        assertEquals(List.of(), bare);
    }

    @Test
    void everyObjectSaysWhichKeysItTakes() {
        List<String> open = new ArrayList<>();
        eachNode(schema, "", (path, node) -> {
            if ("object".equals(node.path("type").asText()) && !node.has("additionalProperties")) {
                open.add(path);
            }
        });
        assertEquals(List.of(), open);
    }

    @Test
    void everyNumberIsBounded() {
        List<String> unbounded = new ArrayList<>();
        eachProperty(schema, "", (path, property) -> {
            String type = resolve(property, "type").toString();
            boolean number = type.contains("integer") || type.contains("number");
            boolean closed = ENUM_OR_CONST.stream().anyMatch(property::has)
                    || (bounded(property, "inimum") && bounded(property, "aximum"));
            if (number && !closed) {
                unbounded.add(path);
            }
        });
        assertEquals(List.of(), unbounded);
    }

    private boolean bounded(JsonNode property, String end) {
        return resolve(property, "m" + end).isNumber()
                || resolve(property, "exclusiveM" + end).isNumber();
    }

    private JsonNode resolve(JsonNode node, String keyword) {
        if (node.has(keyword) || !node.has("$ref")) {
            return node.path(keyword);
        }
        return resolve(schema.at(node.get("$ref").textValue().substring(1)), keyword);
    }

    private interface Visit {
        void at(String path, JsonNode node);
    }

    private static void eachProperty(JsonNode node, String path, Visit visit) {
        eachNode(node, path, (at, found) -> {
            if (found.isObject() && found.path("properties").isObject()) {
                for (Map.Entry<String, JsonNode> property :
                        found.get("properties").properties()) {
                    visit.at(at + "/properties/" + property.getKey(), property.getValue());
                }
            }
        });
    }

    private static void eachNode(JsonNode node, String path, Visit visit) {
        visit.at(path, node);
        node.properties().forEach(member -> eachNode(member.getValue(), path + "/" + member.getKey(), visit));
    }
}
