package io.saddle.kafka;

import io.saddle.serde.Serdes;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/**
 * One real broker and registry for all tests of this module; they end with the tests' JVM. Tests keep out of each other's way
 * by keys and groups of their own.
 */
public final class SharedCluster {

    private static final class Holder {
        static final TestCluster CLUSTER = TestCluster.start();
        static final KafkaSettings SETTINGS = new KafkaSettings(CLUSTER.bootstrapServers(), CLUSTER.registryUrl());
        static final Serdes SERDES = SETTINGS.serdes();
        static final KafkaProducer<byte[], byte[]> PRODUCER =
                new KafkaProducer<>(SETTINGS.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static {
        // Only a failure waits so long; other modules' tests may have the processor meanwhile.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }

    private SharedCluster() {}

    public static KafkaSettings settings() {
        return Holder.SETTINGS;
    }

    public static Serdes serdes() {
        return Holder.SERDES;
    }

    public static KafkaProducer<byte[], byte[]> producer() {
        return Holder.PRODUCER;
    }

    /** Writes a record and returns when it is durable. */
    public static <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) throws Exception {
        new Publisher(producer(), serdes()).send(topic, key, value).get();
    }

    public static void sendRaw(String topic, String key, byte[] value) throws Exception {
        producer()
                .send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }

    /** The committed records of this key that stand on a topic now, in order. */
    public static List<ConsumerRecord<byte[], byte[]>> records(String topic, String key) {
        return all(topic).stream()
                .filter(record -> record.key() != null && key.equals(new String(record.key(), StandardCharsets.UTF_8)))
                .toList();
    }

    /** The committed records that stand on a topic now, each partition in order. */
    static List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings().consumer("look"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            BoundedRead.read(consumer, TopicEnds.now(settings().reader(), partitions), found::add);
        }
        return found;
    }

    /** The committed values of this key that stand on a topic now, in order. */
    public static <T extends SpecificRecord> List<T> values(Topic<T> topic, String key) {
        return records(topic.name(), key).stream()
                .map(record -> serdes().deserializer(topic).deserialize(topic.name(), record.value()))
                .toList();
    }

    /** A run's name, made of {@code prefix}, that lies on this partition. */
    static String keyOn(int partition, Topic<?> topic, String prefix) {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> prefix + "-" + i)
                .filter(key -> RunPartitioner.partition(key, topic.partitions()) == partition)
                .findFirst()
                .orElseThrow();
    }
}
