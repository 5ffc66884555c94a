package io.saddle.cli.dlq;

import io.saddle.topic.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * One dead letter without its value, which may be large and is fetched when it is asked for.
 *
 * @param at where it stands on the dead-letter topic
 * @param origin where the record stood that it is about; {@code at} itself where no header says
 * @param time when it was written
 * @param key as text; null if it has none
 * @param headers as text
 */
public record Letter(RecordPosition at, RecordPosition origin, Instant time, String key, Map<String, String> headers) {

    static Letter of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        RecordPosition at = new RecordPosition(record.topic(), record.partition(), record.offset());
        return new Letter(
                at, origin(headers, at), Instant.ofEpochMilli(record.timestamp()), text(record.key()), headers);
    }

    /** The reason that is given. */
    public String reason() {
        return headers.getOrDefault(DeadLetterHeaders.REASON, "no reason given");
    }

    /** The service that wrote it. */
    public String service() {
        return headers.getOrDefault(DeadLetterHeaders.SERVICE, "unknown");
    }

    private static RecordPosition origin(Map<String, String> headers, RecordPosition at) {
        String topic = headers.get(DeadLetterHeaders.TOPIC);
        String partition = headers.get(DeadLetterHeaders.PARTITION);
        String offset = headers.get(DeadLetterHeaders.OFFSET);
        try {
            return topic == null ? at : RecordPosition.parse(topic, partition + "@" + offset);
        } catch (IllegalArgumentException e) {
            return at;
        }
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
