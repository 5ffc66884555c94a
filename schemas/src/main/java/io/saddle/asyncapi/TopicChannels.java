package io.saddle.asyncapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import org.apache.avro.Schema;

/** A topic as a channel, and its record as the channel's message. */
final class TopicChannels {

    static final String CONTENT_TYPE = "avro/binary";
    /** The schema of a record's headers, among the components. */
    static final String HEADERS = "RecordHeaders";

    private static final String AVRO = "application/vnd.apache.avro;version=1.9.0";
    private static final ObjectMapper JSON = new ObjectMapper();

    private TopicChannels() {}

    static void put(ObjectNode channels, Topic<?> topic) {
        ObjectNode channel = channels.putObject(topic.name());
        channel.put("address", topic.name());
        channel.put("description", topic.schema().getDoc());
        message(channel.putObject("messages").putObject(messageName(topic)), topic);
        KafkaBinding.put(channel, topic.name(), topic.partitions(), topic.settings());
    }

    static String messageName(Topic<?> topic) {
        return topic.schema().getName();
    }

    /** The headers that a record of any topic may have. */
    static ObjectNode headers() {
        ObjectNode headers = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = headers.putObject("properties");
        text(properties, "traceparent", "W3C trace context, of a record that belongs to a trace.");
        text(properties, "tracestate", "What goes with traceparent.");
        text(
                properties,
                DeadLetterHeaders.REPLAYED,
                "Of a dead record that was sent again: where it stood before, topic-partition@offset.");
        text(properties, "saddle.by", "Of a change that somebody asks for: who; the audit's entry has it.");
        text(properties, "saddle.client", "Of such a change: the address that asked.");
        text(properties, "saddle.agent", "Of such a change: the program that asked, as it calls itself.");
        text(properties, "saddle.reason", "Of such a change: why.");
        return headers;
    }

    static void text(ObjectNode properties, String name, String description) {
        properties.putObject(name).put("type", "string").put("description", description);
    }

    private static void message(ObjectNode message, Topic<?> topic) {
        Schema schema = topic.schema();
        message.put("name", schema.getFullName());
        message.put("title", schema.getName());
        message.put("summary", schema.getDoc());
        message.putObject("headers").put("$ref", "#/components/schemas/" + HEADERS);
        message.putObject("payload").put("schemaFormat", AVRO).set("schema", json(schema));
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        kafka.putObject("key").put("type", "string").put("description", topic.key());
        kafka.put("schemaIdLocation", "payload");
        kafka.put("schemaIdPayloadEncoding", "confluent");
        kafka.put("schemaLookupStrategy", "TopicNameStrategy");
        kafka.put("bindingVersion", KafkaBinding.VERSION);
    }

    /** Whole in itself: a record that several schemas share stands where it is first used. */
    private static JsonNode json(Schema schema) {
        try {
            return JSON.readTree(schema.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro writes JSON", e);
        }
    }
}
