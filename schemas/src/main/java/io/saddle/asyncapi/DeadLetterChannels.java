package io.saddle.asyncapi;

import static io.saddle.asyncapi.TopicChannels.text;
import static io.saddle.topic.DeadLetterHeaders.EXCEPTION;
import static io.saddle.topic.DeadLetterHeaders.GROUP;
import static io.saddle.topic.DeadLetterHeaders.OFFSET;
import static io.saddle.topic.DeadLetterHeaders.OMITTED;
import static io.saddle.topic.DeadLetterHeaders.PARTITION;
import static io.saddle.topic.DeadLetterHeaders.REASON;
import static io.saddle.topic.DeadLetterHeaders.RECEIPT;
import static io.saddle.topic.DeadLetterHeaders.REPLAYED;
import static io.saddle.topic.DeadLetterHeaders.SERVICE;
import static io.saddle.topic.DeadLetterHeaders.TIME;
import static io.saddle.topic.DeadLetterHeaders.TOPIC;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import java.util.List;

/** A topic's dead-letter topic as a channel; the message is the same for all, see {@link DeadLetterHeaders}. */
final class DeadLetterChannels {

    /** The message, among the components. */
    static final String MESSAGE = "DeadLetter";

    private static final List<String> ALWAYS = List.of(TOPIC, PARTITION, OFFSET, REASON, SERVICE, TIME);

    private DeadLetterChannels() {}

    static void put(ObjectNode channels, Topic<?> topic) {
        ObjectNode channel = channels.putObject(topic.deadLetterName());
        channel.put("address", topic.deadLetterName());
        channel.put(
                "description",
                "What a reader of " + topic.name()
                        + " could not read or handle, as it was, with the reason in its headers."
                        + " './saddle dlq' shows the letters and sends them again.");
        channel.putObject("messages").putObject(MESSAGE).put("$ref", "#/components/messages/" + MESSAGE);
        KafkaBinding.put(channel, topic.deadLetterName(), topic.partitions(), topic.deadLetterSettings());
    }

    static ObjectNode message() {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("title", "Dead letter");
        message.put("summary", "A record that could not be read or handled: its key, value and headers as they were.");
        message.put("contentType", "application/octet-stream");
        headers(message.putObject("headers").put("type", "object"));
        ObjectNode payload = message.putObject("payload");
        payload.putArray("type").add("string").add("null");
        payload.put("format", "binary");
        payload.put(
                "description",
                "The value's bytes; none where the record had none, where it was too large, and on a receipt.");
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        kafka.putObject("key").put("type", "string").put("description", "The record's own.");
        kafka.put("bindingVersion", KafkaBinding.VERSION);
        return message;
    }

    private static void headers(ObjectNode headers) {
        ArrayNode required = headers.putArray("required");
        ALWAYS.forEach(required::add);
        ObjectNode properties = headers.putObject("properties");
        text(properties, TOPIC, "The topic on which the record stood.");
        text(properties, PARTITION, "Its partition.");
        text(properties, OFFSET, "Its offset.");
        text(properties, REASON, "What was wrong, for people.");
        text(properties, EXCEPTION, "Class of what was thrown; absent where nothing was.");
        text(properties, DeadLetterHeaders.MESSAGE, "Message of what was thrown; absent where nothing was.");
        text(properties, SERVICE, "The service that gave it up.");
        text(properties, GROUP, "The service's consumer group, where it reads as one.");
        text(properties, TIME, "When it was given up, ISO 8601.");
        text(properties, OMITTED, "Size in bytes of a value that was too large to be kept.");
        text(properties, REPLAYED, "It failed before: where it stood then, topic-partition@offset.");
        text(properties, RECEIPT, "A receipt: where the record was sent again, topic-partition@offset.");
    }
}
