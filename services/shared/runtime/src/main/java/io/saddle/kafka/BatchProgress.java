package io.saddle.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a batch is done, by partition, in whatever order that was: what may be committed. A partition that went to another member
 * while the batch is worked on is none of its any more. Thread-safe.
 */
final class BatchProgress {

    private static final class Part {
        private final TreeSet<Long> open = new TreeSet<>();
        private long end;
        private long committed;

        Part(long begin) {
            committed = begin;
        }

        long done() {
            return open.isEmpty() ? end : open.first();
        }
    }

    private final Map<TopicPartition, Part> parts = new HashMap<>();
    private final Set<TopicPartition> leaving = new HashSet<>();
    private TopicPartition inHand;

    BatchProgress(ConsumerRecords<?, ?> records) {
        for (ConsumerRecord<?, ?> record : records) {
            Part part = parts.computeIfAbsent(partition(record), any -> new Part(record.offset()));
            part.open.add(record.offset());
            part.end = record.offset() + 1;
        }
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** Takes a record in hand; false if its partition is another member's, or about to be. */
    synchronized boolean begin(ConsumerRecord<?, ?> record) {
        if (!isOurs(record)) {
            return false;
        }
        inHand = partition(record);
        return true;
    }

    /** True while a record's partition is this member's. */
    synchronized boolean isOurs(ConsumerRecord<?, ?> record) {
        TopicPartition partition = partition(record);
        return parts.containsKey(partition) && !leaving.contains(partition);
    }

    /** Puts the record in hand away, done or not. */
    synchronized void end(ConsumerRecord<?, ?> record, boolean done) {
        Part part = parts.get(partition(record));
        if (done && part != null) {
            part.open.remove(record.offset());
        }
        inHand = null;
        notifyAll();
    }

    /** What is done and was not committed: by partition all before the first record that is not done. */
    synchronized Map<TopicPartition, OffsetAndMetadata> toCommit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        parts.forEach((partition, part) -> {
            long done = part.done();
            if (done > part.committed) {
                offsets.put(partition, new OffsetAndMetadata(done));
            }
        });
        return offsets;
    }

    /** By partition the offset before which all is done. */
    synchronized Map<TopicPartition, Long> done() {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        parts.forEach((partition, part) -> offsets.put(partition, part.done()));
        return offsets;
    }

    /** By partition the first offset that is not done, where there is one. */
    synchronized Map<TopicPartition, Long> unfinished() {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        parts.forEach((partition, part) -> {
            if (!part.open.isEmpty()) {
                offsets.put(partition, part.open.first());
            }
        });
        return offsets;
    }

    /** @param offsets may be of other batches' partitions, too */
    synchronized void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            Part part = parts.get(partition);
            if (part != null) {
                part.committed = Math.max(part.committed, offset.offset());
            }
        });
    }

    /** From now on nothing of these partitions is begun. Returns when none of their records is in hand, or after so long. */
    synchronized void leave(Collection<TopicPartition> partitions, Duration patience) throws InterruptedException {
        leaving.addAll(partitions);
        long deadline = System.nanoTime() + patience.toNanos();
        // The consumer's own sets know no null.
        while (inHand != null && partitions.contains(inHand) && System.nanoTime() < deadline) {
            wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
    }

    /** The partitions are another member's. */
    synchronized void left(Collection<TopicPartition> partitions) {
        parts.keySet().removeAll(partitions);
    }

    /** As {@link #left}, of all. */
    synchronized void leftAll() {
        parts.clear();
    }
}
