package io.saddle.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes of every published version of every topic, as they stand on topics for ever, with what they say. They were made from
 * the published schema by an encoder that shares no code with this project or Avro's library, every optional field filled in.
 * A new version needs its own: {@code records/<subject>/<version>.hex} (Avro binary) and {@code .json}.
 */
class RecordsOfEveryVersionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> versions() {
        return Topics.all().stream()
                .flatMap(topic -> Stream.iterate(1, version -> version + 1)
                        .takeWhile(version -> Files.exists(schema(topic, version)))
                        .map(version -> arguments(topic, version)));
    }

    private static Path schema(Topic<?> topic, int version) {
        return Path.of("src", "history", topic.subject(), version + ".avsc");
    }

    private static byte[] resource(Topic<?> topic, int version, String kind) throws IOException {
        String name = "/records/" + topic.subject() + "/" + version + "." + kind;
        try (InputStream in = RecordsOfEveryVersionTest.class.getResourceAsStream(name)) {
            assertTrue(in != null, "no " + name);
            return in.readAllBytes();
        }
    }

    @ParameterizedTest(name = "{0} version {1}")
    @MethodSource("versions")
    <T extends SpecificRecord> void recordsOfAPublishedVersionAreReadWhole(Topic<T> topic, int version)
            throws Exception {
        byte[] body = HexFormat.of().parseHex(new String(resource(topic, version, "hex")).replaceAll("\\s", ""));
        MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
        Schema written = new Schema.Parser().parse(Files.readString(schema(topic, version)));
        byte[] data = ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(registry.register(topic.subject(), new AvroSchema(written)))
                .put(body)
                .array();

        T read = new Serdes(registry).deserializer(topic).deserialize(topic.name(), data);

        JsonNode expected = JSON.readTree(resource(topic, version, "json"));
        requireAll(
                expected, JSON.readTree(RecordJson.of(read).toString()), topic.schema(), topic + " version " + version);
    }

    /** Fields that the version does not have stand at their defaults. */
    private static void requireAll(JsonNode expected, JsonNode actual, Schema schema, String place)
            throws JsonProcessingException {
        if (schema.getType() == Schema.Type.ARRAY) {
            assertEquals(expected.size(), actual.size(), place);
            for (int i = 0; i < expected.size(); i++) {
                requireAll(expected.get(i), actual.get(i), schema.getElementType(), place + "[" + i + "]");
            }
            return;
        }
        if (!expected.isObject() || schema.getType() != Schema.Type.RECORD) {
            assertEquals(expected, actual, place);
            return;
        }
        for (Iterator<String> names = actual.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            Schema.Field field = schema.getField(name);
            if (expected.has(name)) {
                requireAll(expected.get(name), actual.get(name), withoutNull(field.schema()), place + "." + name);
            } else {
                assertEquals(defaultOf(field), actual.get(name), place + "." + name);
            }
        }
        expected.fieldNames().forEachRemaining(name -> assertTrue(actual.has(name), place + " lost " + name));
    }

    private static Schema withoutNull(Schema schema) {
        return schema.isUnion() ? schema.getTypes().get(1) : schema;
    }

    /** As it is when it was text, like the rest: whether a number is a long is forgotten there. */
    private static JsonNode defaultOf(Schema.Field field) throws JsonProcessingException {
        Object value = field.defaultVal();
        return value == JsonProperties.NULL_VALUE
                ? NullNode.getInstance()
                : JSON.readTree(JSON.writeValueAsString(value));
    }
}
