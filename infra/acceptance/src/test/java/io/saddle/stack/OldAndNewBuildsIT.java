package io.saddle.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.kafka.BoundedRead;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicEnds;
import io.saddle.kafka.TopicReader;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.SampleRecords;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A service of an older build and one of this build on the same topics: each reads what the other writes. */
@ExtendWith(ClusterExtension.class)
class OldAndNewBuildsIT {

    private static final Path HISTORY = Path.of("..", "..", "schemas", "src", "history");
    private static final int PAIRS = 5;

    private final TestCluster cluster;
    private final KafkaSettings settings;
    private final SchemaRegistryClient registry;
    private final String run = "upgrade-" + UUID.randomUUID();

    OldAndNewBuildsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.settings = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
        this.registry = cluster.serdes().registry();
    }

    static Stream<Arguments> topics() {
        return Topics.all().stream().map(topic -> arguments(topic));
    }

    private static Schema version1(Topic<?> topic) throws IOException {
        return new Schema.Parser()
                .parse(Files.readString(HISTORY.resolve(topic.subject()).resolve("1.avsc")));
    }

    /** The record with what version 1 has of it: what an older build would have written. */
    private static GenericRecord old(SpecificRecord record, Schema version1) throws IOException {
        byte[] binary = binary(record, record.getSchema(), SpecificData.get());
        return new GenericDatumReader<GenericRecord>(record.getSchema(), version1)
                .read(null, DecoderFactory.get().binaryDecoder(binary, null));
    }

    private static byte[] binary(Object record, Schema schema, GenericData model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema, model).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static byte[] framed(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    @ParameterizedTest
    @MethodSource("topics")
    <T extends SpecificRecord> void recordsOfBothBuildsInterleaveAndBothReadersReadAllOfThem(Topic<T> topic)
            throws Exception {
        Schema version1 = version1(topic);
        int oldId = registry.register(topic.subject(), new AvroSchema(version1));
        T sample = SampleRecords.of(topic, run);
        byte[] oldValue = framed(oldId, binary(old(sample, version1), version1, GenericData.get()));
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            for (int i = 0; i < PAIRS; i++) {
                records.raw(topic.name(), run, oldValue);
                records.sample(topic, run);
            }
        }

        List<T> read = readByThisBuild(topic);
        assertEquals(2 * PAIRS, read.size());
        for (int i = 0; i < PAIRS; i++) {
            assertEquals(old(sample, version1), old(read.get(2 * i), version1));
            assertEquals(sample, read.get(2 * i + 1));
        }

        List<GenericRecord> readByOld = readByOlderBuild(topic, version1);
        assertEquals(2 * PAIRS, readByOld.size());
        for (GenericRecord record : readByOld) {
            assertEquals(old(sample, version1), record);
        }
    }

    private <T extends SpecificRecord> List<T> readByThisBuild(Topic<T> topic) {
        List<T> read = new CopyOnWriteArrayList<>();
        List<String> rejected = new CopyOnWriteArrayList<>();
        try (TopicReader reader = new TopicReader(settings, cluster.serdes(), "new-" + run, (at, record, why) -> {
                    if (run.equals(new String(record.key()))) {
                        rejected.add(why.reason());
                    }
                    return CompletableFuture.completedFuture(null);
                })
                .on(topic, received -> {
                    if (received.key().equals(run)) {
                        read.add(received.value());
                    }
                })) {
            reader.start();
            await().atMost(Duration.ofSeconds(30)).until(reader::isCaughtUp);
        }
        assertEquals(List.of(), rejected);
        return read;
    }

    /** As any Avro reader of that time: the writer's schema from the registry, its own from its build. */
    private List<GenericRecord> readByOlderBuild(Topic<?> topic, Schema version1) throws Exception {
        List<GenericRecord> read = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings.consumer("old-" + run), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            BoundedRead.<Exception>read(consumer, TopicEnds.now(settings.reader(), partitions), record -> {
                if (record.key() != null && run.equals(new String(record.key()))) {
                    read.add(read(record.value(), version1));
                }
            });
        }
        return read;
    }

    private GenericRecord read(byte[] value, Schema version1) throws Exception {
        ByteBuffer data = ByteBuffer.wrap(value);
        assertEquals(0, data.get());
        Schema written = (Schema) registry.getSchemaById(data.getInt()).rawSchema();
        return new GenericDatumReader<GenericRecord>(written, version1)
                .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }
}
