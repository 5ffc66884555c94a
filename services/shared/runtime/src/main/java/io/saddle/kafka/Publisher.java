package io.saddle.kafka;

import io.saddle.serde.AvroSerializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.tracing.RecordTracing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Sends typed records through one producer. */
public final class Publisher {

    private final Producer<byte[], byte[]> producer;
    private final Serdes serdes;
    private final Map<Topic<?>, AvroSerializer<?>> serializers = new ConcurrentHashMap<>();

    public Publisher(Producer<byte[], byte[]> producer, Serdes serdes) {
        this.producer = producer;
        this.serdes = serdes;
    }

    /**
     * Sends {@code value}, as part of the trace under way; the future tells when it is durable, or why it never will be.
     *
     * @param marks headers beside the trace
     * @throws org.apache.kafka.common.errors.SerializationException if the registry lacks the schema
     */
    public <T extends SpecificRecord> Future<RecordMetadata> send(
            Topic<T> topic, String key, T value, Header... marks) {
        return send(topic, null, key, value, null, marks);
    }

    /**
     * {@link #send}; the future is not done before {@code told} was.
     *
     * @param told on the producer's thread, when the record is durable (null), or why it never will be
     */
    public <T extends SpecificRecord> Future<RecordMetadata> send(
            Topic<T> topic, String key, T value, Consumer<Exception> told, Header... marks) {
        return send(topic, null, key, value, (metadata, failure) -> told.accept(failure), marks);
    }

    /** {@link #send}, to a partition that is not the key's. */
    public <T extends SpecificRecord> Future<RecordMetadata> sendTo(
            int partition, Topic<T> topic, String key, T value) {
        return send(topic, partition, key, value, null);
    }

    private <T extends SpecificRecord> Future<RecordMetadata> send(
            Topic<T> topic, Integer partition, String key, T value, Callback told, Header... marks) {
        Headers headers = RecordTracing.headers();
        List.of(marks).forEach(headers::add);
        return producer.send(
                new ProducerRecord<>(
                        topic.name(),
                        partition,
                        key.getBytes(StandardCharsets.UTF_8),
                        serializer(topic).serialize(topic.name(), value),
                        headers),
                told);
    }

    @SuppressWarnings("unchecked")
    private <T extends SpecificRecord> AvroSerializer<T> serializer(Topic<T> topic) {
        return (AvroSerializer<T>) serializers.computeIfAbsent(topic, serdes::serializer);
    }
}
