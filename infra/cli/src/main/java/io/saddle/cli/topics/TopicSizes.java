package io.saddle.cli.topics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * The size of one copy of a topic on the brokers' disks.
 *
 * @param offsets from the oldest to the newest: records, and one marker for each transaction; compaction leaves gaps among them
 * @param bytes of its segments
 */
public record TopicSizes(long offsets, long bytes) {

    /** 0 where nothing stands. */
    double bytesPerOffset() {
        return offsets == 0 ? 0 : (double) bytes / offsets;
    }

    /** Sizes by topic, in order; of each partition the largest copy counts. */
    public static Map<String, TopicSizes> of(Admin admin, List<String> topics)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> described =
                admin.describeTopics(topics).allTopicNames().get();
        Map<TopicPartition, OffsetSpec> oldest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> newest = new HashMap<>();
        described
                .values()
                .forEach(topic -> topic.partitions().forEach(partition -> {
                    TopicPartition key = new TopicPartition(topic.name(), partition.partition());
                    oldest.put(key, OffsetSpec.earliest());
                    newest.put(key, OffsetSpec.latest());
                }));
        Map<TopicPartition, ListOffsetsResultInfo> from =
                admin.listOffsets(oldest).all().get();
        Map<TopicPartition, ListOffsetsResultInfo> to =
                admin.listOffsets(newest).all().get();
        Map<TopicPartition, Long> bytes = bytes(admin);
        Map<String, TopicSizes> sizes = new TreeMap<>();
        to.forEach((partition, end) -> sizes.merge(
                partition.topic(),
                new TopicSizes(end.offset() - from.get(partition).offset(), bytes.getOrDefault(partition, 0L)),
                (a, b) -> new TopicSizes(a.offsets() + b.offsets(), a.bytes() + b.bytes())));
        return sizes;
    }

    private static Map<TopicPartition, Long> bytes(Admin admin) throws ExecutionException, InterruptedException {
        List<Integer> brokers = admin.describeCluster().nodes().get().stream()
                .map(node -> node.id())
                .toList();
        Map<TopicPartition, Long> bytes = new HashMap<>();
        for (Map<String, LogDirDescription> disks :
                admin.describeLogDirs(brokers).allDescriptions().get().values()) {
            for (LogDirDescription disk : disks.values()) {
                for (Map.Entry<TopicPartition, ReplicaInfo> replica :
                        disk.replicaInfos().entrySet()) {
                    bytes.merge(replica.getKey(), replica.getValue().size(), Math::max);
                }
            }
        }
        return bytes;
    }
}
