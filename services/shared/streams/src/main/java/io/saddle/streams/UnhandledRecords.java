package io.saddle.streams;

import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.Rejection;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of records that a topology cannot read or handle to the dead letters: in the same transaction as everything else. */
public final class UnhandledRecords {

    private static final Logger LOG = LoggerFactory.getLogger(UnhandledRecords.class);

    private final String service;

    /** @param service that says so */
    public UnhandledRecords(String service) {
        this.service = service;
        DeadLetters.countFor(service);
    }

    /** Adds the sink for the dead letters of a topic behind a processor. */
    public static void addSink(Topology topology, Topic<?> topic, String processor) {
        topology.addSink(
                sink(topic.name()),
                topic.deadLetterName(),
                new StringSerializer(),
                new ByteArraySerializer(),
                processor);
    }

    /** The name of that sink. */
    public static String sink(String topic) {
        return "dead-letters-" + topic;
    }

    /**
     * Forwards the record under way.
     *
     * @param raw its value as it was
     */
    public void forward(ProcessorContext<String, Object> context, Record<String, ?> record, byte[] raw, Rejection why) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        LOG.warn("{}-{}@{} to the dead letters: {}", at.topic(), at.partition(), at.offset(), why.reason());
        DeadLetters.counted(at.topic());
        Headers headers = DeadLetters.headers(at.topic(), at.partition(), at.offset(), why, service);
        byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
        String kept = key == null ? null : new String(DeadLetters.key(key), StandardCharsets.UTF_8);
        byte[] value = DeadLetters.content(key, raw, record.headers(), headers);
        // Retention goes by its time: one of the record's own, which may have none or be years old, would be gone at
        // once.
        context.forward(new Record<>(kept, value, context.currentSystemTimeMs(), headers), sink(at.topic()));
    }
}
