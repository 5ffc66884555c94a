package io.saddle.asyncapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.saddle.audit.ChangeOrigin;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema SPECIFICATION = specification();

    private final ObjectNode document = AsyncApi.document(
            "1.2.3", new KafkaSettings("127.0.0.1:29092", "http://127.0.0.1:28081/apis/ccompat/v7").servers());

    private static Schema specification() {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream("/asyncapi/asyncapi-3.0.0.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(JSON.readTree(in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Collection<Topic<?>> topics() {
        return Topics.all();
    }

    private JsonNode channel(String name) {
        return document.get("channels").get(name);
    }

    private static JsonNode message(JsonNode channel) {
        return channel.get("messages").elements().next();
    }

    @Test
    void theDocumentIsWhatTheSpecificationAsksFor() {
        assertEquals(
                List.of(),
                SPECIFICATION.validate(document).stream().map(Error::toString).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/asyncapi",
                "/info",
                "/info/title",
                "/info/version",
                "/info/license/name",
                "/servers/kafka/host",
                "/servers/kafka/protocol",
                "/operations/console.send.saddle.runs/action",
                "/operations/console.send.saddle.runs/channel",
                "/channels/saddle.snapshots/messages/ModelSnapshot/payload/schema/fields",
                "/channels/saddle.snapshots/messages/ModelSnapshot/payload/schema/fields/0/type",
            })
    void withoutWhatIsRequiredItIsRefused(String path) {
        JsonPointer place = JsonPointer.compile(path);
        ((ObjectNode) document.at(place.head())).remove(place.last().getMatchingProperty());

        assertFalse(SPECIFICATION.validate(document).isEmpty());
    }

    @Test
    void whatKafkasBindingDoesNotKnowIsRefused() {
        ((ObjectNode) document.at("/channels/saddle.runs/bindings/kafka/topicConfiguration"))
                .put("retention.ms", "30 days");

        assertFalse(SPECIFICATION.validate(document).isEmpty());
    }

    @Test
    void everyTopicAndEveryDeadLetterTopicIsAChannel() {
        Set<String> expected = new TreeSet<>();
        Topics.all().forEach(topic -> expected.addAll(List.of(topic.name(), topic.deadLetterName())));

        Set<String> addresses = new TreeSet<>();
        document.get("channels")
                .forEach(channel -> addresses.add(channel.get("address").asText()));
        assertEquals(expected, addresses);
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aChannelHasItsTopicsSettings(Topic<?> topic) {
        JsonNode kafka = channel(topic.name()).at("/bindings/kafka");
        JsonNode configuration = kafka.get("topicConfiguration");

        assertEquals(topic.partitions(), kafka.get("partitions").asInt());
        assertEquals(
                topic.compact() ? "compact" : "delete",
                configuration.at("/cleanup.policy/0").asText());
        if (topic.compact()) {
            assertFalse(configuration.has("retention.ms"));
        } else {
            long days = topic.retentionDays();
            assertEquals(
                    days < 0 ? -1 : days * 86_400_000L,
                    configuration.get("retention.ms").asLong());
        }
        JsonNode letters = channel(topic.deadLetterName()).at("/bindings/kafka/topicConfiguration");
        assertEquals(90 * 86_400_000L, letters.get("retention.ms").asLong());
        assertEquals(2 << 20, letters.get("max.message.bytes").asInt());
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aPayloadIsTheSchemaThatTheTopicIsWrittenWith(Topic<?> topic) {
        JsonNode payload = message(channel(topic.name())).get("payload");

        assertEquals(
                topic.schema(),
                new org.apache.avro.Schema.Parser().parse(payload.get("schema").toString()));
        assertEquals(
                topic.schema().getDoc(),
                channel(topic.name()).get("description").asText());
    }

    @ParameterizedTest
    @MethodSource("topics")
    void operationsSayWhoWritesAndWhoReads(Topic<?> topic) {
        Set<String> readers = new HashSet<>(topic.readers());
        readers.addAll(topic.rebuilders());

        assertEquals(new HashSet<>(topic.writers()), services("send", topic.name()));
        assertEquals(readers, services("receive", topic.name()));
        assertEquals(new HashSet<>(topic.readers()), services("send", topic.deadLetterName()));
    }

    private Set<String> services(String action, String channel) {
        Set<String> services = new HashSet<>();
        for (JsonNode operation : document.get("operations")) {
            if (operation.get("action").asText().equals(action)
                    && operation.at("/channel/$ref").asText().equals("#/channels/" + channel)) {
                services.add(operation.at("/tags/0/name").asText());
            }
        }
        return services;
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        document.findValuesAsText("$ref", references);

        assertTrue(references.size() > 100, references.toString());
        for (String reference : references) {
            assertFalse(document.at(reference.substring(1)).isMissingNode(), reference);
        }
    }

    @Test
    void aDeadLettersHeadersAreAllNamedAndThoseItAlwaysHasAreRequired() throws IllegalAccessException {
        Set<String> named = new TreeSet<>();
        document.at("/components/messages/DeadLetter/headers/properties")
                .fieldNames()
                .forEachRemaining(named::add);
        Set<String> there = new TreeSet<>();
        for (Field field : DeadLetterHeaders.class.getDeclaredFields()) {
            if (field.getType() == String.class && Modifier.isPublic(field.getModifiers())) {
                there.add((String) field.get(null));
            }
        }
        there.remove(DeadLetterHeaders.PREFIX);
        assertEquals(there, named);

        Set<String> written = new TreeSet<>();
        for (Header header : DeadLetters.headers("saddle.runs", 1, 7, "no key", "console")) {
            written.add(header.key());
        }
        Set<String> required = new TreeSet<>();
        document.at("/components/messages/DeadLetter/headers/required").forEach(name -> required.add(name.asText()));
        assertEquals(written, required);
    }

    @Test
    void aRecordsHeadersAreThoseOfATraceAndOfAReplayAndOfWhoAsksForAChange() {
        Set<String> expected =
                new TreeSet<>(W3CTraceContextPropagator.getInstance().fields());
        expected.add(DeadLetterHeaders.REPLAYED);
        for (Header header : new ChangeOrigin("by", "client", "agent", "reason").headers()) {
            expected.add(header.key());
        }

        Set<String> named = new TreeSet<>();
        document.at("/components/schemas/RecordHeaders/properties").fieldNames().forEachRemaining(named::add);
        assertEquals(expected, named);
    }

    @Test
    void ofKafkaAndTheRegistryItSaysTheAddressesAndNoSecret() {
        String secret = "s3cret";
        ObjectNode guarded = AsyncApi.document(
                "1",
                new KafkaSettings(
                                "SASL_SSL://a:9093, b:9093",
                                "https://user:" + secret + "@registry:8081/api?key=" + secret + ",https://u:" + secret
                                        + "@second",
                                Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", secret),
                                Map.of("basic.auth.user.info", "user:" + secret))
                        .servers());

        assertFalse(guarded.toString().contains(secret));
        assertEquals("a:9093", guarded.at("/servers/kafka-1/host").asText());
        assertEquals("b:9093", guarded.at("/servers/kafka-2/host").asText());
        assertEquals("kafka-secure", guarded.at("/servers/kafka-1/protocol").asText());
        assertEquals(
                "https://registry:8081/api,https://second",
                guarded.at("/servers/kafka-2/bindings/kafka/schemaRegistryUrl").asText());
        assertEquals("kafka", document.at("/servers/kafka/protocol").asText());
    }

    @Test
    void asYamlItIsTheSameDocument() throws IOException {
        assertEquals(JSON.readTree(document.toString()), new YAMLMapper().readTree(AsyncApi.yaml(document)));
    }
}
