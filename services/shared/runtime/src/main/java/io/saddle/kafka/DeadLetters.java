package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what could not be read or handled on the topic's dead-letter topic: raw bytes, with where it was and why in headers. */
public final class DeadLetters implements RejectedRecords {

    public static final String TOPIC = "saddle.dlq.topic";
    public static final String PARTITION = "saddle.dlq.partition";
    public static final String OFFSET = "saddle.dlq.offset";
    public static final String REASON = "saddle.dlq.reason";
    public static final String SERVICE = "saddle.dlq.service";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final Producer<byte[], byte[]> producer;
    private final String service;

    public DeadLetters(Producer<byte[], byte[]> producer, String service) {
        this.producer = producer;
        this.service = service;
    }

    @Override
    public Future<RecordMetadata> reject(Topic<?> topic, ConsumerRecord<byte[], byte[]> record, String reason) {
        LOG.warn(
                "{}-{}@{} goes to {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                topic.deadLetterName(),
                reason);
        Headers headers = headers(topic.name(), record.partition(), record.offset(), reason, service);
        return producer.send(new ProducerRecord<>(
                topic.deadLetterName(), record.partition(), record.key(), record.value(), headers));
    }

    /** The headers of a dead letter. */
    public static Headers headers(String topic, int partition, long offset, String reason, String service) {
        return new RecordHeaders()
                .add(TOPIC, text(topic))
                .add(PARTITION, text(Integer.toString(partition)))
                .add(OFFSET, text(Long.toString(offset)))
                .add(REASON, text(String.valueOf(reason)))
                .add(SERVICE, text(service));
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
