package io.saddle.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class RunPartitionerTest {

    @Test
    void aConstraintLiesOnThePartitionOfItsRun() {
        for (int i = 0; i < 500; i++) {
            String runId = "run-" + i;
            for (int partitions : List.of(1, 3, 4, 16)) {
                assertEquals(
                        RunPartitioner.partition(runId, partitions),
                        RunPartitioner.partition(Topics.constraintKey(runId, "digit-" + i % 7), partitions));
            }
        }
    }

    @Test
    void aRunLiesWhereKafkasOwnPartitionerPutsItsKey() {
        for (int i = 0; i < 500; i++) {
            String runId = "run-ü-" + i;
            assertEquals(
                    BuiltInPartitioner.partitionForKey(runId.getBytes(UTF_8), 4), RunPartitioner.partition(runId, 4));
        }
    }

    @Test
    void runsSpreadOverAllPartitions() {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            used.add(RunPartitioner.partition("run-" + i, 4));
        }
        assertEquals(Set.of(0, 1, 2, 3), used);
    }

    @Test
    void aProducerUsesTheTopicsOwnNumberOfPartitions() {
        Node node = new Node(0, "localhost", 1);
        List<PartitionInfo> partitions = IntStream.range(0, 7)
                .mapToObj(p -> new PartitionInfo("t", p, node, new Node[] {node}, new Node[] {node}))
                .toList();
        Cluster cluster = new Cluster("c", List.of(node), partitions, Set.of(), Set.of());
        byte[] key = "run/constraint".getBytes(UTF_8);

        try (RunPartitioner partitioner = new RunPartitioner()) {
            int partition = partitioner.partition("t", "run/constraint", key, null, null, cluster);
            assertEquals(RunPartitioner.partition("run", 7), partition);
            assertTrue(partition < 7);
        }
    }
}
