package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The format of a file that people write, as a JSON schema states it: its structure and its defaults. */
public final class SpecSchema {

    private static final String RESOURCE = "run-spec.schema.json";

    private final JsonNode document;
    private final Schema validator;
    private final SchemaProblems wording;

    /** The format of run specifications: {@code run-spec.schema.json}. */
    SpecSchema() {
        this(SpecSchema.class, RESOURCE);
    }

    /**
     * The format that a resource states.
     *
     * @param beside the class beside which it lies
     * @param resource its name there
     */
    public SpecSchema(Class<?> beside, String resource) {
        document = load(beside, resource);
        validator = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(document);
        wording = new SchemaProblems(document);
    }

    /** The schema itself. */
    public JsonNode document() {
        return document;
    }

    /** Everything in which {@code spec} departs from the schema. */
    public List<Problem> problems(JsonNode spec) {
        return validator.validate(spec).stream()
                .map(wording::problem)
                .distinct()
                .toList();
    }

    /**
     * A copy of {@code spec} without the keys that the schema does not know, so that the rest can be looked at beside them.
     *
     * @param sections takes the place of each section that had one: what is missing there may be what was misspelt
     */
    public ObjectNode withoutUnknownKeys(ObjectNode spec, Set<String> sections) {
        ObjectNode known = spec.deepCopy();
        for (Error error : validator.validate(known)) {
            if (error.getKeyword().equals("additionalProperties")
                    && error.getInstanceNode() instanceof ObjectNode section) {
                section.remove(error.getProperty());
                sections.add(SchemaProblems.path(error.getInstanceLocation()));
            }
        }
        return known;
    }

    /** Puts the schema's defaults wherever {@code spec} has no value, in every section and list. */
    void fillIn(ObjectNode spec) {
        fillIn(document, spec);
    }

    /** The same for one section, by its name under {@code $defs}. */
    void fillIn(String definition, ObjectNode section) {
        fillIn(document.at("/$defs/" + definition), section);
    }

    /** True if a text has the pattern of a definition, by its name under {@code $defs}. */
    boolean matches(String definition, String text) {
        return text.matches(document.at("/$defs/" + definition + "/pattern").textValue());
    }

    private void fillIn(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            JsonNode declared = keyword(schema, "properties");
            declared.properties().forEach(property -> addDefault(object, property));
            JsonNode others = keyword(schema, "additionalProperties");
            object.properties()
                    .forEach(member -> fillIn(
                            declared.has(member.getKey()) ? declared.get(member.getKey()) : others, member.getValue()));
        } else if (value.isArray()) {
            value.forEach(element -> fillIn(keyword(schema, "items"), element));
        }
    }

    private void addDefault(ObjectNode object, Map.Entry<String, JsonNode> property) {
        JsonNode value = keyword(property.getValue(), "default");
        if (!value.isMissingNode() && !object.has(property.getKey())) {
            object.set(property.getKey(), value.deepCopy());
        }
    }

    /** A keyword beside {@code $ref} comes before the same one in what is referred to. */
    private JsonNode keyword(JsonNode schema, String name) {
        if (schema.has(name) || !schema.has("$ref")) {
            return schema.path(name);
        }
        return keyword(document.at(schema.get("$ref").textValue().substring(1)), name);
    }

    private static JsonNode load(Class<?> beside, String resource) {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }
}
