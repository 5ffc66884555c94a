package io.saddle.topic;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Sends every record of a run to the same partition number on every topic: by murmur2, Kafka's default hash, of the key up to
 * the first '/', so that constraints ({@code runId/constraintId}) lie beside their run.
 */
public final class RunPartitioner implements Partitioner {

    /** The id of the run that a record's {@code key} belongs to. */
    public static String runId(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }

    /** The partition of the run that {@code key} belongs to. */
    public static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(runId(key).getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    @Override
    public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
        return partition(new String(keyBytes, StandardCharsets.UTF_8), cluster.partitionCountForTopic(topic));
    }

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
