package io.saddle.schema;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** How the contract's schemas are written. */
final class SchemaConventions {

    private static final String NAMESPACE = "io.saddle.schema";
    private static final Pattern TIME = Pattern.compile(".*(At|Time|Date|Timestamp)|time|date|timestamp");

    private final Set<String> departures = new LinkedHashSet<>();
    private final Set<String> visited = new HashSet<>();

    private SchemaConventions() {}

    /** Every departure in a schema and all that it contains. */
    static Set<String> departures(Schema schema) {
        SchemaConventions conventions = new SchemaConventions();
        conventions.visit(schema);
        return conventions.departures;
    }

    private void visit(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                if (visited.add(schema.getFullName())) {
                    named(schema);
                    schema.getFields().forEach(field -> field(schema, field));
                }
            }
            case ENUM -> {
                if (visited.add(schema.getFullName())) {
                    named(schema);
                    require(schema.getEnumDefault() != null, schema.getName() + ": has no default symbol");
                }
            }
            case ARRAY -> visit(schema.getElementType());
            case MAP -> visit(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::visit);
            default -> {
                // Primitives have no conventions of their own.
            }
        }
    }

    private void named(Schema schema) {
        require(hasText(schema.getDoc()), schema.getName() + ": has no doc");
        require(NAMESPACE.equals(schema.getNamespace()), schema.getName() + ": is not in " + NAMESPACE);
    }

    private void field(Schema owner, Schema.Field field) {
        String where = owner.getName() + "." + field.name() + ": ";
        Schema type = field.schema();
        require(hasText(field.doc()), where + "has no doc");
        if (type.isUnion()) {
            boolean optional =
                    type.getTypes().size() == 2 && type.getTypes().get(0).getType() == Schema.Type.NULL;
            require(optional, where + "a union must be null and one type, null first");
            require(
                    field.defaultVal() == JsonProperties.NULL_VALUE,
                    where + "an optional field must have the default null");
        }
        if (TIME.matcher(field.name()).matches()) {
            Schema time = type.isUnion() ? type.getTypes().get(type.getTypes().size() - 1) : type;
            require(
                    time.getLogicalType() instanceof LogicalTypes.TimestampMillis,
                    where + "a time must be timestamp-millis");
        }
        visit(type);
    }

    private void require(boolean holds, String departure) {
        if (!holds) {
            departures.add(departure);
        }
    }

    private static boolean hasText(String doc) {
        return doc != null && !doc.isBlank();
    }
}
