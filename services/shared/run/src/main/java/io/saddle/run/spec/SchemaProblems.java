package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Says in this project's words what a schema validator found. */
final class SchemaProblems {

    private final JsonNode schema;

    SchemaProblems(JsonNode schema) {
        this.schema = schema;
    }

    Problem problem(Error error) {
        String path = path(error.getInstanceLocation());
        String bound = error.getSchemaNode().asText();
        String was = ", was " + shown(error.getInstanceNode());
        return switch (error.getKeyword()) {
            case "required" -> new Problem(join(path, error.getProperty()), "is required");
            case "additionalProperties" -> new Problem(join(path, error.getProperty()), unknown(error));
            case "propertyNames" ->
                new Problem(
                        path,
                        "'" + error.getProperty() + "' "
                                + error.getSchemaNode().path("description").asText("is no key that is allowed here"));
            case "minimum" -> new Problem(path, "must be >= " + bound + was);
            case "maximum" -> new Problem(path, "must be <= " + bound + was);
            case "exclusiveMinimum" -> new Problem(path, "must be > " + bound + was);
            case "exclusiveMaximum" -> new Problem(path, "must be < " + bound + was);
            case "type" -> new Problem(path, "must be " + types(error.getSchemaNode()) + was);
            case "enum" -> new Problem(path, "must be one of " + list(error.getSchemaNode()) + was);
            case "const" -> new Problem(path, "must be " + bound + was);
            case "pattern" -> new Problem(path, "must match " + bound + examples(error) + was);
            case "minLength" -> new Problem(path, "must have at least " + bound + " characters" + was);
            case "maxLength" -> new Problem(path, "must have at most " + bound + " characters");
            case "minItems" -> new Problem(path, "must have at least " + bound + " entries");
            case "maxProperties", "maxItems" -> new Problem(path, "must have at most " + bound + " entries");
            default -> new Problem(path, error.getMessage());
        };
    }

    private String unknown(Error error) {
        List<String> known = new ArrayList<>();
        keywordBeside(error, "properties").fieldNames().forEachRemaining(known::add);
        return NearestName.of(error.getProperty(), known)
                .map(nearest -> "unknown key, did you mean " + nearest + "?")
                .orElseGet(() -> "unknown key; there are "
                        + known.stream().filter(key -> !key.startsWith("_")).collect(Collectors.joining(", ")));
    }

    private String examples(Error error) {
        JsonNode examples = keywordBeside(error, "examples");
        return examples.isEmpty() ? "" : " (such as " + list(examples) + ")";
    }

    /** Another keyword of the schema that an error is of. */
    private JsonNode keywordBeside(Error error, String keyword) {
        String parent = error.getSchemaLocation().getFragment().getParent().toString();
        return schema.at(parent).path(keyword);
    }

    private static String types(JsonNode type) {
        return StreamSupport.stream((type.isArray() ? type : List.of(type)).spliterator(), false)
                .map(JsonNode::asText)
                .map(name -> switch (name) {
                    case "integer" -> "a whole number";
                    case "number" -> "a number";
                    case "string" -> "text";
                    case "boolean" -> "true or false";
                    case "object" -> "a section of keys and values";
                    case "array" -> "a list";
                    default -> name;
                })
                .collect(Collectors.joining(" or "));
    }

    private static String list(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    private static String shown(JsonNode value) {
        String text = value.isTextual()
                ? "'" + value.textValue() + "'"
                : value.isNumber() ? value.asText() : value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static String path(NodePath location) {
        String path = "";
        for (int i = 0; i < location.getNameCount(); i++) {
            Object element = location.getElement(i);
            path = element instanceof Integer ? path + "[" + element + "]" : join(path, element.toString());
        }
        return path;
    }
}
