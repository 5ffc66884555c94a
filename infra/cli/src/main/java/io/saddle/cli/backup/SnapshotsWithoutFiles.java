package io.saddle.cli.backup;

import io.saddle.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The snapshots of a backup that an evaluator would ask for in vain: they were pruned after their announcement was copied and
 * before their files were. No run needs one of them: what its checkpoint has not passed, it makes again.
 */
final class SnapshotsWithoutFiles {

    private final Manifest manifest;
    private final Path artifacts;
    /** By partition the offset that every evaluator has reached. */
    private final Map<String, Long> evaluated = new HashMap<>();

    private long count;

    /** @param artifacts the backup's copy of the store */
    SnapshotsWithoutFiles(Manifest manifest, Path artifacts) {
        this.manifest = manifest;
        this.artifacts = artifacts;
        for (int partition = 0; partition < Topics.SNAPSHOTS.partitions(); partition++) {
            String name = new TopicPartition(Topics.SNAPSHOTS.name(), partition).toString();
            evaluated.put(name, reached(name));
        }
    }

    private long reached(String partition) {
        List<Map<String, Long>> evaluators = manifest.offsets().values().stream()
                .filter(group -> group.keySet().stream().anyMatch(SnapshotsWithoutFiles::isOfSnapshots))
                .toList();
        return evaluators.stream()
                .mapToLong(group -> group.getOrDefault(partition, 0L))
                .min()
                .orElse(0);
    }

    private static boolean isOfSnapshots(String partition) {
        return partition.matches(Topics.SNAPSHOTS.name() + "-\\d+");
    }

    /** Counts the record and returns true if it is one of them. */
    boolean take(PartitionFile.Kept kept, Values values) {
        String partition = kept.record().topic() + "-" + kept.record().partition();
        boolean gone = manifest.artifacts()
                && kept.offset() >= evaluated.getOrDefault(partition, Long.MAX_VALUE)
                && values.artifact(kept.record().value())
                        .filter(within -> !Files.exists(artifacts.resolve(within)))
                        .isPresent();
        if (gone) {
            count++;
        }
        return gone;
    }

    long count() {
        return count;
    }
}
