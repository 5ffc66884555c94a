package io.saddle.local;

import io.saddle.serde.Serdes;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts records on topics, each durable before the next. */
public final class Records implements AutoCloseable {

    private final Serdes serdes;
    private final KafkaProducer<String, byte[]> producer;

    public Records(String bootstrapServers, Serdes serdes) {
        this.serdes = serdes;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.PARTITIONER_CLASS_CONFIG,
                        RunPartitioner.class),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    public <T extends SpecificRecord> void sample(Topic<T> topic, String runId) {
        raw(topic.name(), runId, serdes.serializer(topic).serialize(topic.name(), SampleRecords.of(topic, runId)));
    }

    public void raw(String topic, String key, byte[] value) {
        raw(topic, key, value, new RecordHeaders());
    }

    public void raw(String topic, String key, byte[] value, Headers headers) {
        try {
            producer.send(new ProducerRecord<>(topic, null, key, value, headers))
                    .get();
        } catch (Exception e) {
            throw new AssertionError("cannot send to " + topic, e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
