package io.saddle.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The vendored schemas, by what a resource says it is; kubernetes-schemas/README.md tells where they are from. */
final class ManifestSchemas {

    private static final List<String> FILES = List.of("kubernetes", "strimzi", "keda", "prometheus");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Schema> byKind = new HashMap<>();

    ManifestSchemas() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
        for (String file : FILES) {
            ObjectNode all = load(file);
            for (JsonNode root : all.path("oneOf")) {
                String reference = root.get("$ref").asText();
                JsonNode definition = all.at(reference.substring(1));
                ObjectNode one = JSON.createObjectNode();
                one.put("$ref", reference);
                one.set("definitions", all.get("definitions"));
                byKind.put(
                        key(
                                definition.at("/properties/apiVersion/const").asText(),
                                definition.at("/properties/kind/const").asText()),
                        registry.getSchema(one));
            }
        }
    }

    /** Everything in which a resource departs from its schema. */
    List<String> problems(JsonNode resource) {
        String kind =
                key(resource.path("apiVersion").asText(), resource.path("kind").asText());
        Schema schema = byKind.get(kind);
        if (schema == null) {
            return List.of("no schema of " + kind + ": kubernetes-schemas/make.mjs has " + byKind.keySet());
        }
        return schema.validate(resource).stream()
                .map(error -> kind + " " + resource.at("/metadata/name").asText() + " " + error.getInstanceLocation()
                        + ": " + error.getMessage())
                .toList();
    }

    private static String key(String apiVersion, String kind) {
        return apiVersion + "/" + kind;
    }

    private static ObjectNode load(String file) {
        try (InputStream in = ManifestSchemas.class.getResourceAsStream("/kubernetes-schemas/" + file + ".json")) {
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
