package io.saddle.kafka;

import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic when it is asked to, from a moment on and to where it ends then: a look-up costs what has come since the one before.
 * What cannot be read is passed over. One thread at a time.
 *
 * @param <T> the topic's value
 */
public final class CatchUpReader<T extends SpecificRecord> implements AutoCloseable {

    private record Read(long sinceMillis, long nextOffset) {}

    private final KafkaSettings settings;
    private final Topic<T> topic;
    private final Consumer<Received<T>> handler;
    private final RecordDecoder decoder;
    private final Map<Integer, Read> partitions = new HashMap<>();
    private KafkaConsumer<byte[], byte[]> consumer;

    /** @param handler told of each record, in the order of its partition; of some again after a look further back */
    public CatchUpReader(KafkaSettings settings, Serdes serdes, Topic<T> topic, Consumer<Received<T>> handler) {
        this.settings = settings;
        this.topic = topic;
        this.handler = handler;
        this.decoder = new RecordDecoder(serdes);
    }

    /**
     * Returns when all is handed over that stands on a partition now and came after a moment, unless it was before.
     *
     * @param sinceMillis the moment, by the records' own time
     */
    public void catchUp(int partition, long sinceMillis) throws InterruptedException {
        if (consumer == null) {
            consumer = new KafkaConsumer<>(settings.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }
        TopicPartition at = new TopicPartition(topic.name(), partition);
        consumer.assign(List.of(at));
        long end = consumer.endOffsets(List.of(at)).get(at);
        Read read = partitions.get(partition);
        if (read == null || sinceMillis < read.sinceMillis() || read.nextOffset() > end) {
            read = new Read(sinceMillis, first(at, sinceMillis, end));
        }
        if (read.nextOffset() < end) {
            consumer.seek(at, read.nextOffset());
            BoundedRead.<InterruptedException>read(consumer, Map.of(at, end), record -> {
                Received<T> received = decoder.decode(topic, record, () -> true).received();
                if (received != null && received.value() != null) {
                    handler.accept(received);
                }
            });
        }
        partitions.put(partition, new Read(read.sinceMillis(), end));
    }

    private long first(TopicPartition at, long sinceMillis, long end) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(at, Math.max(0, sinceMillis))).get(at);
        return found == null ? end : Math.min(found.offset(), end);
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}
