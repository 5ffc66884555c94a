package io.saddle.kafka;

import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the topics up to their {@linkplain TopicEnds ends} at the call; transactions that are open then are waited for. */
public record TopicHistory(KafkaSettings kafka, Serdes serdes) implements RecordHistory, ValueHistory {

    private static final int FIRST_LOOK_BACK = 64;

    @Override
    public <T extends SpecificRecord> Optional<T> newest(Topic<T> topic, int partition) {
        TopicPartition at = new TopicPartition(topic.name(), partition);
        long end = end(at);
        AtomicReference<T> newest = new AtomicReference<>();
        DecodingDeserializer<T> decoder = serdes.decoder(topic);
        try (KafkaConsumer<byte[], byte[]> consumer = open(at)) {
            long begin = consumer.beginningOffsets(List.of(at)).get(at);
            long from = end;
            for (long back = FIRST_LOOK_BACK; newest.get() == null && from > begin; back *= 8) {
                from = Math.max(begin, end - back);
                consumer.seek(at, from);
                BoundedRead.read(consumer, Map.of(at, end), record -> decoded(decoder, topic, record, newest::set));
            }
        }
        return Optional.ofNullable(newest.get());
    }

    @Override
    public <T extends SpecificRecord> void forEach(Topic<T> topic, int partition, Consumer<T> action) {
        DecodingDeserializer<T> decoder = serdes.decoder(topic);
        forEachRecord(topic, partition, record -> decoded(decoder, topic, record, action));
    }

    @Override
    public Set<String> deleted(Topic<?> topic, int partition) {
        Set<String> found = new HashSet<>();
        forEachRecord(topic, partition, record -> {
            if (record.key() != null) {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    found.add(key);
                } else {
                    found.remove(key);
                }
            }
        });
        return found;
    }

    @Override
    public long forEachValue(Topic<?> topic, int partition, Consumer<byte[]> action) {
        return forEachRecord(topic, partition, record -> {
            if (record.value() != null) {
                action.accept(record.value());
            }
        });
    }

    /** Each record from the beginning on; returns where the partition ended at the call. */
    private long forEachRecord(Topic<?> topic, int partition, BoundedRead.Action<RuntimeException> action) {
        TopicPartition at = new TopicPartition(topic.name(), partition);
        long end = end(at);
        try (KafkaConsumer<byte[], byte[]> consumer = open(at)) {
            consumer.seekToBeginning(List.of(at));
            BoundedRead.read(consumer, Map.of(at, end), action);
        }
        return end;
    }

    private static <T extends SpecificRecord> void decoded(
            DecodingDeserializer<T> decoder,
            Topic<T> topic,
            ConsumerRecord<byte[], byte[]> record,
            Consumer<T> action) {
        if (decoder.deserialize(topic.name(), record.value()) instanceof Decoded.Value<T> readable) {
            action.accept(readable.value());
        }
    }

    private long end(TopicPartition at) {
        return TopicEnds.now(kafka.reader(), List.of(at)).get(at);
    }

    private KafkaConsumer<byte[], byte[]> open(TopicPartition at) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(at));
        return consumer;
    }
}
