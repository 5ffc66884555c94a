package io.saddle.stack.testing;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicHistory;
import io.saddle.serde.Serdes;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts records on topics, each durable before the next, and reads them. */
public final class Records implements AutoCloseable {

    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final KafkaProducer<String, byte[]> producer;

    public Records(String bootstrapServers, Serdes serdes) {
        this.kafka = new KafkaSettings(bootstrapServers, "not asked");
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

    /** Every record that stands on a topic now and can be read. */
    public <T extends SpecificRecord> List<T> all(Topic<T> topic) {
        TopicHistory history = new TopicHistory(kafka, serdes);
        List<T> all = new ArrayList<>();
        IntStream.range(0, topic.partitions()).forEach(partition -> history.forEach(topic, partition, all::add));
        return all;
    }

    @Override
    public void close() {
        producer.close();
    }
}
