package io.saddle.cli.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.RecordJson;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A Kafka record as one line of JSON: topic, partition, offset, timestamp, key, headers if it has any, value. */
final class RecordLine {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** By name of the topic and of its dead-letter topic. */
    private final Map<String, DecodingDeserializer<?>> decoders = new HashMap<>();

    RecordLine(Serdes serdes) {
        for (Topic<?> topic : Topics.all()) {
            DecodingDeserializer<?> decoder = serdes.decoder(topic);
            decoders.put(topic.name(), decoder);
            decoders.put(topic.deadLetterName(), decoder);
        }
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    }

    String of(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode json = JSON.createObjectNode()
                .put("topic", record.topic())
                .put("partition", record.partition())
                .put("offset", record.offset())
                .put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString())
                .put("key", key(record));
        if (record.headers().iterator().hasNext()) {
            ObjectNode headers = json.putObject("headers");
            for (Header header : record.headers()) {
                headers.put(
                        header.key(),
                        header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        putValue(json, decoders.get(record.topic()).deserialize(record.topic(), record.value()));
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void putValue(ObjectNode json, Decoded<?> decoded) {
        if (decoded == null) {
            json.putNull("value");
        } else if (decoded instanceof Decoded.Value<?> value) {
            json.set("value", RecordJson.of(value.value()));
        } else if (decoded instanceof Decoded.Unreadable<?> unreadable) {
            json.put("unreadable", unreadable.reason())
                    .put("base64", Base64.getEncoder().encodeToString(unreadable.raw()));
        }
    }
}
