package io.saddle.cli.dlq;

import io.saddle.kafka.BoundedRead;
import io.saddle.kafka.TopicEnds;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads dead-letter topics; only what is committed, and without a group, so that looking changes nothing. */
public final class DeadLetterBox implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicEnds ends;

    /** @param reader settings of a consumer without a group */
    public DeadLetterBox(Map<String, Object> reader) {
        this.consumer = new KafkaConsumer<>(reader, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.ends = new TopicEnds(reader);
    }

    /** Every record that has letters now, by partition and offset of where it stood. */
    public List<DeadRecord> records(Topic<?> topic) {
        Map<RecordPosition, List<Letter>> letters = new TreeMap<>();
        Map<RecordPosition, String> receipts = new HashMap<>();
        List<TopicPartition> partitions = consumer.partitionsFor(topic.deadLetterName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        BoundedRead.read(consumer, ends.of(partitions), record -> {
            Letter letter = Letter.of(record);
            String receipt = letter.headers().get(DeadLetterHeaders.RECEIPT);
            if (receipt != null) {
                receipts.put(letter.origin(), receipt);
            } else {
                letters.computeIfAbsent(letter.origin(), origin -> new ArrayList<>())
                        .add(letter);
            }
        });
        return letters.entrySet().stream()
                .map(entry ->
                        new DeadRecord(entry.getKey(), List.copyOf(entry.getValue()), receipts.get(entry.getKey())))
                .toList();
    }

    /**
     * A letter whole.
     *
     * @throws IllegalStateException if it is no longer there
     */
    public ConsumerRecord<byte[], byte[]> fetch(Letter letter) {
        return at(letter.at())
                .orElseThrow(() -> new IllegalStateException(
                        "the letter " + letter.at() + " is no longer there; its retention has passed"));
    }

    /**
     * The record that {@code dead}'s letters tell of, as it stands on its topic: who may write letters need not be one who may write there.
     *
     * @return empty if it is no longer there
     */
    public Optional<ConsumerRecord<byte[], byte[]>> original(DeadRecord dead, Topic<?> topic) {
        RecordPosition origin = dead.origin();
        return origin.offset() < 0 || origin.partition() >= topic.partitions() ? Optional.empty() : at(origin);
    }

    private Optional<ConsumerRecord<byte[], byte[]>> at(RecordPosition at) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        if (at.offset() < consumer.beginningOffsets(List.of(partition)).get(partition) || at.offset() >= end) {
            return Optional.empty();
        }
        consumer.seek(partition, at.offset());
        // Where it was compacted away, or its transaction aborted, the consumer passes over it, and nothing is found.
        BoundedRead.read(consumer, Map.of(partition, at.offset() + 1), found::add);
        return found.stream().findFirst();
    }

    /**
     * True if a later record with the same key stands where {@code dead} would be sent to: behind its place, or in another partition.
     *
     * @param passedOver places of records that do not count, such as what was sent again just before
     */
    public boolean isOvertaken(DeadRecord dead, byte[] key, Topic<?> topic, Set<RecordPosition> passedOver) {
        int target = Replay.partition(topic, dead, key);
        TopicPartition partition = new TopicPartition(topic.name(), target);
        long behind = target == dead.origin().partition() ? dead.origin().offset() + 1 : 0;
        List<ConsumerRecord<byte[], byte[]>> later = new ArrayList<>();
        consumer.assign(List.of(partition));
        // What is older than the topic's first record now is sought in vain, and would be read from its end.
        long first = consumer.beginningOffsets(List.of(partition)).get(partition);
        consumer.seek(partition, Math.max(first, behind));
        BoundedRead.read(consumer, ends.of(List.of(partition)), record -> {
            RecordPosition at = new RecordPosition(record.topic(), record.partition(), record.offset());
            if (Arrays.equals(key, record.key()) && !passedOver.contains(at) && later.isEmpty()) {
                later.add(record);
            }
        });
        return !later.isEmpty();
    }

    @Override
    public void close() {
        consumer.close();
        ends.close();
    }
}
