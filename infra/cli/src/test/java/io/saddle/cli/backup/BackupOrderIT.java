package io.saddle.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.cli.dlq.DeadLetterBox;
import io.saddle.cli.dlq.DeadRecord;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Rejection;
import io.saddle.kafka.TopicHistory;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.FidScore;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.OpenTransaction;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a cluster that goes on between any two parts of the copy. */
class BackupOrderIT {

    private static final String OLD = "old";

    @TempDir
    Path temporary;

    private TestCluster cluster;
    private KafkaProducer<byte[], byte[]> producer;
    private Serdes serdes;
    private Publisher publisher;
    private ArtifactStore store;
    private int moments;

    @BeforeEach
    void start() throws IOException {
        cluster = TestCluster.start();
        producer = new KafkaProducer<>(kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer());
        serdes = kafka().serdes();
        publisher = new Publisher(producer, serdes);
        store = new FileArtifactStore(temporary.resolve("store"));
    }

    @AfterEach
    void end() {
        producer.close();
        cluster.close();
    }

    private KafkaSettings kafka() {
        return new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
    }

    private URI root() {
        return temporary.resolve("store").toUri();
    }

    private Path backup() {
        return temporary.resolve("backup");
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
        try {
            publisher.send(topic, key, value).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void define(String run, String constraint) {
        send(
                Topics.CONSTRAINTS,
                Topics.constraintKey(run, constraint),
                ConstraintDefinition.newBuilder()
                        .setRunId(run)
                        .setConstraintId(constraint)
                        .setVersion(1)
                        .setState(ConstraintState.ACTIVE)
                        .setEvaluator("e")
                        .setThreshold(0.5)
                        .setUpdatedAt(Instant.EPOCH)
                        .build());
    }

    private void submit(String run, String constraint) {
        define(run, constraint);
        send(
                Topics.RUNS,
                run,
                TrainingRun.newBuilder()
                        .setRunId(run)
                        .setSpec("{}")
                        .setSpecVersion(1)
                        .setConstraintIds(List.of(constraint))
                        .setDesiredState(DesiredState.RUNNING)
                        .setRevision(1)
                        .setSubmittedAt(Instant.EPOCH)
                        .setUpdatedAt(Instant.EPOCH)
                        .setUpdatedBy("test")
                        .build());
    }

    private Artifact files(String run, String name, String file) {
        try {
            return store.putFolder(run, name, folder -> Files.writeString(folder.resolve(file), name), file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private ModelSnapshot snapshot(String run, long step) {
        return RecordBuilders.snapshot(run, step, SnapshotWeights.RAW)
                .setArtifact(files(run, "snapshots/raw/step-%010d".formatted(step), "weights"))
                .build();
    }

    /** What a run's services write from one dual step to the next, in their order. */
    private void dualStep(String run, String constraint, long number) {
        send(Topics.SNAPSHOTS, run, snapshot(run, number));
        send(
                Topics.LOSS_ESTIMATES,
                run,
                RecordBuilders.estimate(run, constraint, number).build());
        send(
                Topics.MULTIPLIERS,
                run,
                RecordBuilders.update(
                                run,
                                number,
                                number,
                                RecordBuilders.multiplier(constraint, 0, 1).build())
                        .build());
        Artifact checkpoint = files(run, "checkpoints/step-%010d".formatted(number), "state");
        send(
                Topics.RUN_STATUS,
                run,
                RunStatus.newBuilder()
                        .setRunId(run)
                        .setPhase(RunPhase.TRAINING)
                        .setStep(number)
                        .setTotalSteps(1000)
                        .setDualStep(number)
                        .setWorker("w")
                        .setMessage("training")
                        .setCheckpoint(new KeptCheckpoint(number, checkpoint))
                        .setUpdatedAt(Instant.EPOCH)
                        .build());
        send(
                Topics.FID_SCORES,
                run,
                RecordBuilders.score(run, number, 1)
                        .setGrid(files(run, "grids/step-%010d".formatted(number), "grid"))
                        .build());
    }

    /** A run goes on under a constraint that is new, and another run begins. */
    private void moment() {
        moments++;
        define(OLD, "c" + moments);
        dualStep(OLD, "c" + moments, moments);
        submit("new" + moments, "c");
        dualStep("new" + moments, "c", 1);
    }

    private <T extends SpecificRecord> List<T> kept(Topic<T> topic) {
        List<T> kept = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            TopicPartition at = new TopicPartition(topic.name(), partition);
            PartitionFile.read(
                    PartitionFile.in(backup(), at),
                    at,
                    one -> kept.add(serdes.deserializer(topic)
                            .deserialize(topic.name(), one.record().value())));
        }
        return kept;
    }

    private boolean hasFiles(Artifact artifact) {
        String within = StoreRoot.of(root()).within(artifact.getUri()).orElseThrow();
        return Files.isDirectory(backup().resolve("artifacts").resolve(within));
    }

    /** Steps of the checkpoints that were copied. */
    private List<Long> checkpoints(String run) {
        try {
            return ArtifactFiles.runs(backup().resolve("artifacts").resolve(run).resolve("checkpoints")).stream()
                    .map(name -> Long.parseLong(name.substring("step-".length())))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsCopiedNeverKnowsOfWhatIsNotWhateverChangesMeanwhile() {
        submit(OLD, "c0");
        moment();
        Backup.make(kafka(), root(), backup(), "test", line -> moment());

        Set<String> runs = kept(Topics.RUNS).stream().map(TrainingRun::getRunId).collect(Collectors.toSet());
        Set<String> constraints = kept(Topics.CONSTRAINTS).stream()
                .map(c -> Topics.constraintKey(c.getRunId(), c.getConstraintId()))
                .collect(Collectors.toSet());
        for (TrainingRun run : kept(Topics.RUNS)) {
            assertTrue(constraints.contains(
                    Topics.constraintKey(run.getRunId(), run.getConstraintIds().get(0))));
        }
        Map<String, Set<Long>> made = kept(Topics.MULTIPLIERS).stream()
                .collect(Collectors.groupingBy(
                        MultiplierUpdate::getRunId,
                        Collectors.mapping(MultiplierUpdate::getDualStep, Collectors.toSet())));
        for (MultiplierUpdate update : kept(Topics.MULTIPLIERS)) {
            assertTrue(runs.contains(update.getRunId()), update.getRunId());
            for (ConstraintMultiplier row : update.getConstraints()) {
                String key = Topics.constraintKey(update.getRunId(), row.getConstraintId());
                assertTrue(constraints.contains(key), key + " has a multiplier and no definition");
            }
        }
        Map<String, Set<Long>> announced = kept(Topics.SNAPSHOTS).stream()
                .collect(Collectors.groupingBy(
                        ModelSnapshot::getRunId, Collectors.mapping(ModelSnapshot::getStep, Collectors.toSet())));
        Set<String> trained = new HashSet<>(runs);
        trained.removeIf(run -> checkpoints(run).isEmpty());
        for (String run : trained) {
            for (long checkpoint : checkpoints(run)) {
                assertTrue(made.getOrDefault(run, Set.of()).contains(checkpoint), run + " is ahead of its multipliers");
                assertTrue(announced.getOrDefault(run, Set.of()).contains(checkpoint), run + " lacks a snapshot");
            }
        }
        for (RunStatus status : kept(Topics.RUN_STATUS)) {
            assertTrue(trained.contains(status.getRunId()), status.getRunId() + " has a checkpoint on record alone");
        }
        for (ModelSnapshot snapshot : kept(Topics.SNAPSHOTS)) {
            assertTrue(hasFiles(snapshot.getArtifact()), snapshot.getArtifact().getUri());
        }
        for (FidScore score : kept(Topics.FID_SCORES)) {
            assertTrue(hasFiles(score.getGrid()), score.getGrid().getUri());
        }
        assertTrue(trained.size() > 1 && runs.size() > trained.size(), "it changed between the parts");
    }

    /** It was given up: the run's checkpoints were there when it began, and nowhere to be copied. */
    @Test
    void aRunThatIsDeletedMeanwhileIsSaidToBeDeletedAndKeepsNobodyFromABackup() {
        submit(OLD, "c0");
        dualStep(OLD, "c0", 1);
        submit("other", "c0");
        dualStep("other", "c0", 1);
        Backup.make(kafka(), root(), backup(), "test", line -> {
            try {
                if (line.startsWith(Topics.RUN_STATUS.name())) {
                    // What looks into the store's folder while it is copied sees this run, and then does not.
                    Files.createDirectories(temporary.resolve("store").resolve("gone/checkpoints/step-1"));
                } else if (line.startsWith("checkpoints")) {
                    store.deleteRun("gone");
                } else if (line.startsWith(Topics.SNAPSHOTS.name())) {
                    send(Topics.RUN_METADATA, OLD, metadata(RunLifecycle.DELETING));
                    store.deleteRun(OLD);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        assertEquals(
                List.of(RunLifecycle.DELETING),
                kept(Topics.RUN_METADATA).stream()
                        .map(RunMetadata::getLifecycle)
                        .toList());
        assertFalse(Files.exists(backup().resolve("artifacts").resolve(OLD).resolve("snapshots")));
        assertEquals(List.of(1L), checkpoints("other"));
    }

    private static RunMetadata metadata(RunLifecycle lifecycle) {
        return RunMetadata.newBuilder()
                .setRunId(OLD)
                .setRevision(1)
                .setLabels(Map.of("team", "vision"))
                .setLifecycle(lifecycle)
                .setLifecycleSince(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private void reject(TopicPartition partition, long... offsets) throws Exception {
        for (long offset : offsets) {
            new DeadLetters(producer, "console")
                    .reject(
                            Topics.FID_SCORES,
                            new ConsumerRecord<>(
                                    partition.topic(), partition.partition(), offset, OLD.getBytes(UTF_8), new byte[] {7
                                    }),
                            new Rejection("no good", new IllegalArgumentException("no good"), "group"))
                    .get();
        }
    }

    /** It was left out of the backup, though whoever had submitted it knew that it was kept. */
    @Test
    void whatWasCommittedBehindAnOpenTransactionIsInTheBackup() throws Exception {
        try (OpenTransaction open = new OpenTransaction(kafka(), Topics.RUNS, OLD)) {
            submit(OLD, "c0");
            open.spans(() -> {
                Backup.make(kafka(), root(), backup(), "test", line -> {});
                return null;
            });
        }
        String partition = Topics.RUNS.name() + "-" + RunPartitioner.partition(OLD, Topics.RUNS.partitions());
        assertEquals(1, Manifest.read(backup()).partitions().get(partition).records());
    }

    /** By the old places, later records would have been taken for the ones that letters tell of. */
    @Test
    void deadLettersTellOfThePlacesThatTheirRecordsHaveNow() throws Exception {
        for (long step = 0; step < 6; step++) {
            send(Topics.FID_SCORES, OLD, RecordBuilders.score(OLD, step, 1).build());
        }
        TopicPartition partition = new TopicPartition(
                Topics.FID_SCORES.name(), RunPartitioner.partition(OLD, Topics.FID_SCORES.partitions()));
        reject(partition, 1, 4, 0, 5, 4);
        try (Admin admin = Admin.create(kafka().admin())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
        }
        requireDead(kafka(), 0L, 1L, 4L, 5L);
        Backup.make(kafka(), root(), backup(), "test", line -> {});

        try (TestCluster other = TestCluster.start()) {
            KafkaSettings there = new KafkaSettings(other.bootstrapServers(), other.registryUrl());
            Restore.run(there, temporary.resolve("other").toUri(), backup(), line -> {});
            requireDead(there, -4L, -3L, 1L, 2L);
        }
    }

    /** Letters tell of these places, behind the last of which alone nothing stands. */
    private static void requireDead(KafkaSettings kafka, Long... offsets) {
        try (DeadLetterBox box = new DeadLetterBox(kafka.reader())) {
            List<DeadRecord> dead = box.records(Topics.FID_SCORES);
            assertEquals(
                    List.of(offsets),
                    dead.stream().map(record -> record.origin().offset()).toList());
            assertEquals(
                    List.of(1, 1, 2, 1),
                    dead.stream().map(record -> record.letters().size()).toList());
            assertEquals(
                    List.of(true, true, true, false),
                    dead.stream()
                            .map(record -> box.isOvertaken(record, OLD.getBytes(UTF_8), Topics.FID_SCORES, Set.of()))
                            .toList());
        }
    }

    @Test
    void aSnapshotThatWasPrunedBeforeItsFilesWereCopiedIsLeftOutUnlessEveryGroupHasPassedIt() throws Exception {
        submit(OLD, "c0");
        for (long step = 1; step <= 4; step++) {
            send(Topics.SNAPSHOTS, OLD, snapshot(OLD, step));
        }
        TopicPartition partition = new TopicPartition(
                Topics.SNAPSHOTS.name(), RunPartitioner.partition(OLD, Topics.SNAPSHOTS.partitions()));
        try (Admin admin = Admin.create(kafka().admin())) {
            admin.alterConsumerGroupOffsets("saddle-constraint-evaluator", Map.of(partition, new OffsetAndMetadata(3)))
                    .all()
                    .get();
            admin.alterConsumerGroupOffsets("saddle-fid-evaluator", Map.of(partition, new OffsetAndMetadata(1)))
                    .all()
                    .get();
        }
        store.delete(OLD, "snapshots/raw/step-0000000001");
        store.delete(OLD, "snapshots/raw/step-0000000002");
        Backup.make(kafka(), root(), backup(), "test", line -> {});

        try (TestCluster other = TestCluster.start()) {
            KafkaSettings there = new KafkaSettings(other.bootstrapServers(), other.registryUrl());
            Restore.run(there, temporary.resolve("other").toUri(), backup(), line -> {});
            List<Long> steps = new ArrayList<>();
            new TopicHistory(there, there.serdes())
                    .forEach(Topics.SNAPSHOTS, partition.partition(), snapshot -> steps.add(snapshot.getStep()));
            assertEquals(List.of(1L, 3L, 4L), steps);
            try (Admin admin = Admin.create(there.admin())) {
                assertEquals(
                        2,
                        admin.listConsumerGroupOffsets("saddle-constraint-evaluator")
                                .partitionsToOffsetAndMetadata()
                                .get()
                                .get(partition)
                                .offset());
            }
        }
    }
}
