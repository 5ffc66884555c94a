package io.saddle.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsOnRecordTest {

    @TempDir
    Path folder;

    private final Serdes serdes = RegisteredSerdes.ofAll();

    private <T extends SpecificRecord> void copied(Topic<T> topic, Map<String, T> values) throws IOException {
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        Path file = PartitionFile.in(folder, partition);
        Files.createDirectories(file.getParent());
        try (PartitionFile.Writer writer = new PartitionFile.Writer(file)) {
            for (Map.Entry<String, T> value : values.entrySet()) {
                byte[] written = serdes.serializer(topic).serialize(topic.name(), value.getValue());
                writer.add(record(partition, value.getKey(), written));
            }
            writer.add(record(partition, "forgotten", null));
            writer.add(record(partition, "odd", new byte[] {1, 2, 3, 4, 5, 6, 7}));
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, String key, byte[] value) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                0,
                1000,
                TimestampType.CREATE_TIME,
                0,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static RunStatus status(String run, KeptCheckpoint checkpoint) {
        return status(run, RunPhase.TRAINING, checkpoint);
    }

    private static RunStatus status(String run, RunPhase phase, KeptCheckpoint checkpoint) {
        return RunStatus.newBuilder()
                .setRunId(run)
                .setPhase(phase)
                .setStep(5)
                .setTotalSteps(10)
                .setDualStep(1)
                .setWorker("w")
                .setMessage("training")
                .setCheckpoint(checkpoint)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static RunMetadata metadata(String run, RunLifecycle lifecycle) {
        return RunMetadata.newBuilder()
                .setRunId(run)
                .setRevision(1)
                .setLifecycle(lifecycle)
                .setLifecycleSince(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private CheckpointsOnRecord onRecord() {
        Set<String> partitions = Set.of(Topics.RUN_STATUS.name() + "-0", Topics.RUN_METADATA.name() + "-0");
        return new CheckpointsOnRecord(folder, partitions, serdes);
    }

    private Map<String, Boolean> runs() {
        return onRecord().runs();
    }

    private static KeptCheckpoint in(String store) {
        return new KeptCheckpoint(5L, new Artifact(store + "/r/checkpoints/step-5", "00", 1L));
    }

    /** backup.json had another bucket's name, and a restore left every artifact's address as it was. */
    @Test
    void aBucketThatNoCheckpointOnRecordLiesInIsNotTheStore() throws IOException {
        copied(
                Topics.RUN_STATUS,
                Map.of("a", status("a", in("s3://moved/from")), "b", status("b", in("s3://saddle/x"))));
        copied(Topics.RUN_METADATA, Map.of());
        List<String> said = new ArrayList<>();
        onRecord().requireStore(URI.create("s3://saddle/x/"), said::add);
        assertEquals(List.of(), said);
        for (String other : List.of("s3://sadle/x", "s3://saddle/x/b")) {
            String why = assertThrows(
                            BackupException.class, () -> onRecord().requireStore(URI.create(other), said::add))
                    .getMessage();
            assertTrue(
                    why.startsWith("no checkpoint on record lies in " + other
                            + "; one is s3://moved/from/r/checkpoints/step-5: name its store by --artifacts"),
                    why);
        }
    }

    /** Containers see a volume in another place than whoever makes a backup of it. */
    @Test
    void aFolderThatServicesSeeElsewhereIsSaid() throws IOException {
        copied(Topics.RUN_STATUS, Map.of("a", status("a", in("file:///data/artifacts"))));
        copied(Topics.RUN_METADATA, Map.of());
        List<String> said = new ArrayList<>();
        onRecord().requireStore(URI.create("file:/data/artifacts"), said::add);
        assertEquals(List.of(), said);
        onRecord().requireStore(URI.create("file:/mnt/artifacts"), said::add);
        assertTrue(said.get(0).contains("one is file:///data/artifacts/r/checkpoints/step-5"), said::toString);
    }

    @Test
    void runsWithACheckpointThatAreNotDeletedAreNamed() throws IOException {
        KeptCheckpoint kept = new KeptCheckpoint(5L, new Artifact("file:///s/r/checkpoints/step-5", "00", 1L));
        copied(
                Topics.RUN_STATUS,
                Map.of(
                        "archived", status("archived", RunPhase.COMPLETED, kept),
                        "deleted", status("deleted", kept),
                        "deleting", status("deleting", kept),
                        "forgotten", status("forgotten", kept),
                        "new", status("new", null),
                        "trains", status("trains", kept)));
        copied(
                Topics.RUN_METADATA,
                Map.of(
                        "archived", metadata("archived", RunLifecycle.ARCHIVED),
                        "deleted", metadata("deleted", RunLifecycle.DELETED),
                        "deleting", metadata("deleting", RunLifecycle.DELETING)));
        assertEquals(Map.of("archived", false, "trains", true), runs());
    }

    @Test
    void aStackWithoutRunsHasNone() throws IOException {
        copied(Topics.RUN_STATUS, Map.of());
        copied(Topics.RUN_METADATA, Map.of());
        assertEquals(Map.of(), runs());
    }

    private void file(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }

    @Test
    void aRunWithACheckpointOnRecordAloneKeepsABackupFromBeingOne() throws IOException {
        file("copy/here/checkpoints/step-1/state");
        file("copy/gone/snapshots/raw/step-1/weights");
        Path copy = folder.resolve("copy");
        URI store = URI.create("file:/mnt/artifacts");
        List<String> said = new ArrayList<>();
        CheckpointsOnRecord.require(Map.of("here", true), copy, store, said::add);
        for (Map<String, Boolean> refused :
                List.of(Map.of("here", true, "gone", true, "away", false), Map.of("gone", false, "away", false))) {
            String why = assertThrows(
                            BackupException.class, () -> CheckpointsOnRecord.require(refused, copy, store, said::add))
                    .getMessage();
            assertTrue(why.contains("file:/mnt/artifacts has no checkpoint of [away, gone]"), why);
        }
        CheckpointsOnRecord.require(Map.of(), folder.resolve("of a stack without runs"), store, said::add);
        assertEquals(List.of(), said);
    }

    @Test
    void aCheckpointThatIsLostOfARunThatHasEndedIsSaid() throws IOException {
        file("copy/here/checkpoints/step-1/state");
        List<String> said = new ArrayList<>();
        CheckpointsOnRecord.require(
                Map.of("here", true, "ended", false), folder.resolve("copy"), URI.create("file:/s"), said::add);
        assertTrue(said.get(0).contains("no checkpoint of [ended]"), said::toString);
    }
}
