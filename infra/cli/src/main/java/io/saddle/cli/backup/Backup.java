package io.saddle.cli.backup;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.FileDigest;
import io.saddle.cli.backup.Manifest.Partition;
import io.saddle.kafka.BoundedRead;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicEnds;
import io.saddle.model.data.DataRoots;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Copies topics, dead letters, schemas, the groups' positions and the artifact store into a folder, while everything runs on.
 *
 * <p>The order makes the copy one that a cluster could have crashed into, whatever changes meanwhile: what follows from
 * something else is copied before it. Where an execution stands comes before the results that it follows from, and those before
 * the runs' statuses that they tell of; orders come after the runs that they have brought into the world. A status comes before
 * the checkpoint that it names; a checkpoint before the summaries, snapshots and multipliers that were there when it was made;
 * slots' results before their tasks, and those before the multipliers that they name; multipliers before the definitions that they name; notifications before what became of them, which then are not sent again;
 * snapshots and scores before their files, and those before the word that they are
 * to go; the audit comes before the records that it tells of. The groups' positions come before
 * all that their services write: what a service had done by then is there, and what it does again changes nothing.
 */
public final class Backup {

    /**
     * Groups whose place their services rebuild from the topics: estimates that wait for others, and orders of tasks whose ends
     * came after the copy of the results.
     */
    static final Set<String> REBUILT = Set.of(
            ConsumerGroups.DUAL_UPDATER, ConsumerGroups.PIPELINES, ConsumerGroups.AUDIT, ConsumerGroups.NOTIFICATIONS);

    private static final List<Topic<?>> BEFORE_CHECKPOINTS =
            List.of(Topics.EXECUTION_STATUS, Topics.TASK_RESULTS, Topics.RUN_STATUS);
    private static final List<Topic<?>> AFTER_POSITIONS = List.of(
            Topics.AUDIT,
            Topics.NOTIFICATIONS,
            Topics.NOTIFICATION_RESULTS,
            Topics.NOTIFICATION_RULES,
            Topics.FID_SCORES,
            Topics.ALERTS,
            Topics.GRADIENT_SUMMARIES,
            Topics.SNAPSHOTS,
            Topics.SLOT_RESULTS,
            Topics.SLOT_TASKS,
            Topics.MULTIPLIERS,
            Topics.LOSS_ESTIMATES,
            Topics.EVALUATORS,
            Topics.RUNS,
            Topics.CONSTRAINTS,
            Topics.TASKS,
            Topics.EXECUTIONS,
            Topics.PIPELINES,
            Topics.ACCESS_TOKENS,
            Topics.PROJECTS,
            Topics.DATASETS);
    /** What says that a run's files are to go comes after them: without them it must not look as if it had any. */
    private static final List<Topic<?>> AFTER_FILES = List.of(Topics.RUN_METADATA);

    private static final String TOPICS = "topics";
    private static final int TRIES = 3;
    private static final int FETCH_WAIT_MILLIS = 10;

    private final KafkaSettings kafka;
    private final Path folder;
    private final Consumer<String> progress;
    private final SchemaRegistryClient registry;
    private final SchemaCopies schemas;
    private final Map<String, Partition> partitions = new TreeMap<>();

    private Backup(KafkaSettings kafka, Path folder, Consumer<String> progress) {
        this.kafka = kafka;
        this.folder = folder;
        this.progress = progress;
        this.registry = kafka.serdes().registry();
        this.schemas = new SchemaCopies(registry);
    }

    /**
     * @param artifactsRoot root of the artifact store; a {@code file:} store is copied, another kind only named
     * @param folder must not exist or be empty
     * @throws InvalidFolderException if it is not empty, or it and a {@code file:} store lie in each other
     * @throws BackupException if Kafka or the registry does not give what is asked for, or the store is not that of the runs on record
     */
    public static void make(
            KafkaSettings kafka, URI artifactsRoot, Path folder, String version, Consumer<String> progress) {
        try {
            requireNew(folder);
            requireApart(folder, artifactsRoot);
            Files.createDirectories(folder.resolve(TOPICS));
            new Backup(kafka, folder, progress).run(artifactsRoot, version);
        } catch (IOException e) {
            throw new BackupException("the backup in " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** @throws InvalidFolderException if there is anything in it, or it is none */
    static void requireNew(Path folder) {
        if (!isEmpty(folder, List.of(List.of(), List.of(TOPICS)))
                || !isEmpty(folder.resolve(TOPICS), List.of(List.of()))) {
            throw new InvalidFolderException(folder + " is not empty: name a new folder for each backup");
        }
    }

    /** @throws InvalidFolderException if it is a {@code file:} store that is not there */
    static void requireStore(URI artifactsRoot) {
        if (StoreRoot.isOfFiles(artifactsRoot) && !isFolder(artifactsRoot)) {
            throw new InvalidFolderException("the artifact store " + artifactsRoot
                    + " is no folder on this machine: mount it, or name another by --artifacts");
        }
    }

    /**
     * Looks whether a backup and a store are apart: what is copied into itself has no end.
     *
     * @throws InvalidFolderException if one of them lies in the other
     */
    static void requireApart(Path folder, URI artifactsRoot) {
        if (!StoreRoot.isOfFiles(artifactsRoot)) {
            return;
        }
        try {
            Path store = DataRoots.real(Path.of(artifactsRoot));
            Path backup = DataRoots.real(folder.toAbsolutePath().normalize());
            if (store.startsWith(backup) || backup.startsWith(store)) {
                throw new InvalidFolderException(folder + " and the artifact store " + artifactsRoot
                        + " lie in each other, and a copy would have no end: name a folder elsewhere");
            }
        } catch (IllegalArgumentException e) {
            // Of a store that is no folder here nothing is copied.
        }
    }

    private static boolean isFolder(URI artifactsRoot) {
        try {
            return Files.isDirectory(Path.of(artifactsRoot));
        } catch (IllegalArgumentException e) {
            // It is relative, or on another machine.
            return false;
        }
    }

    private static boolean isEmpty(Path folder, List<List<String>> allowed) {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> content = Files.list(folder)) {
            return allowed.contains(content.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList());
        } catch (IOException e) {
            throw new InvalidFolderException(folder + " is no folder that can be read", e);
        }
    }

    /** Every topic, in the order in which they are copied. */
    static List<Topic<?>> order() {
        return Stream.of(BEFORE_CHECKPOINTS, AFTER_POSITIONS, AFTER_FILES)
                .flatMap(List::stream)
                .toList();
    }

    private void run(URI artifactsRoot, String version) throws IOException {
        String time = Instant.now().toString();
        boolean files = StoreRoot.isOfFiles(artifactsRoot);
        copyTopics(BEFORE_CHECKPOINTS);
        if (files) {
            copyCheckpoints(Path.of(artifactsRoot));
        }
        Map<String, Map<String, Long>> offsets = offsets();
        copyTopics(AFTER_POSITIONS);
        if (files) {
            copyFiles(Path.of(artifactsRoot), within -> !ArtifactFiles.isCheckpoint(within), "other artifacts");
        } else {
            progress.accept("artifacts: not copied, they stay in " + artifactsRoot
                    + " (keep them by versioning or replication of the bucket)");
        }
        copyTopics(AFTER_FILES);
        CheckpointsOnRecord onRecord = new CheckpointsOnRecord(folder, partitions.keySet(), new Serdes(registry));
        onRecord.requireStore(artifactsRoot, progress);
        if (files) {
            CheckpointsOnRecord.require(onRecord.runs(), artifacts(), artifactsRoot, progress);
        }
        DurableFiles.syncTree(folder.resolve("topics"));
        Map<String, FileDigest> digests = files ? FileDigest.ofAll(artifacts()) : Map.of();
        new Manifest(
                        version,
                        time,
                        StoreRoot.of(artifactsRoot).uri(),
                        files,
                        digests,
                        partitions,
                        schemas.byId(),
                        offsets)
                .write(folder);
        schemas.withoutOne().ifPresent(progress);
    }

    private Path artifacts() {
        return folder.resolve("artifacts");
    }

    private void copyFiles(Path store, Predicate<Path> wanted, String name) throws IOException {
        progress.accept("%s: %,d bytes".formatted(name, ArtifactFiles.copy(store, artifacts(), wanted)));
    }

    /** A run of which there is a checkpoint must not be left without: it would wait for it for ever. */
    private void copyCheckpoints(Path store) throws IOException {
        Set<String> without = ArtifactFiles.runsWithCheckpoints(store);
        for (int attempt = 0; attempt < TRIES && !without.isEmpty(); attempt++) {
            Set<String> wanted = Set.copyOf(without);
            copyFiles(
                    store,
                    within -> ArtifactFiles.isCheckpoint(within)
                            && wanted.contains(within.getName(0).toString()),
                    "checkpoints");
            without.removeAll(ArtifactFiles.runsWithCheckpoints(artifacts()));
            // Of a run that is deleted meanwhile nobody waits for one.
            without.retainAll(ArtifactFiles.runsWithCheckpoints(store));
        }
        if (!without.isEmpty()) {
            throw new BackupException("the checkpoints of " + without + " were pruned while they were copied, " + TRIES
                    + " times: let checkpoints.keep be larger, or pause the runs meanwhile");
        }
    }

    /** Whether a group goes on from where it was. */
    static boolean keepsPosition(String group) {
        return group.startsWith(ConsumerGroups.PREFIX)
                && !REBUILT.contains(group)
                && !group.startsWith(ConsumerGroups.WORKER);
    }

    /** The positions of groups that go on from where they were; backups of earlier releases have others too. */
    static Map<String, Map<String, Long>> keptPositions(Map<String, Map<String, Long>> offsets) {
        Map<String, Map<String, Long>> kept = new TreeMap<>(offsets);
        kept.keySet().removeIf(group -> !keepsPosition(group));
        return kept;
    }

    private Map<String, Map<String, Long>> offsets() {
        Map<String, Map<String, Long>> offsets = new TreeMap<>();
        try (Admin admin = Admin.create(kafka.admin())) {
            for (GroupListing group : admin.listGroups(ListGroupsOptions.forConsumerGroups())
                    .all()
                    .get()) {
                String id = group.groupId();
                if (keepsPosition(id)) {
                    Map<String, Long> positions = new TreeMap<>();
                    Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(id)
                            .partitionsToOffsetAndMetadata()
                            .get();
                    committed.forEach((partition, position) -> {
                        if (position != null) {
                            positions.put(partition.toString(), position.offset());
                        }
                    });
                    if (!positions.isEmpty()) {
                        offsets.put(id, positions);
                    }
                }
            }
            return offsets;
        } catch (ExecutionException e) {
            throw new BackupException(
                    "the positions of the consumer groups cannot be read: "
                            + e.getCause().getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException("interrupted");
        }
    }

    private void copyTopics(List<Topic<?>> topics) throws IOException {
        Map<String, Object> settings = kafka.reader();
        // A fetch behind a partition's end keeps the next partition waiting, of which there are hundreds.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                TopicEnds ends = new TopicEnds(settings)) {
            for (Topic<?> topic : topics) {
                long records = copy(consumer, ends, topic.name());
                long deadLetters = copy(consumer, ends, topic.deadLetterName());
                progress.accept("%s: %,d records that stand on it, tombstones included%s"
                        .formatted(
                                topic.name(),
                                records,
                                deadLetters == 0 ? "" : ", and %,d of its dead letters".formatted(deadLetters)));
            }
        }
    }

    private long copy(KafkaConsumer<byte[], byte[]> consumer, TopicEnds ends, String topic) throws IOException {
        long records = 0;
        for (TopicPartition partition : partitions(consumer, topic)) {
            Partition copied = copy(consumer, ends, partition);
            partitions.put(partition.toString(), copied);
            records += copied.records();
        }
        return records;
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        return partitions;
    }

    private Partition copy(KafkaConsumer<byte[], byte[]> consumer, TopicEnds ends, TopicPartition partition)
            throws IOException {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        Path path = PartitionFile.in(folder, partition);
        long[] count = {0};
        try (PartitionFile.Writer file = new PartitionFile.Writer(path)) {
            BoundedRead.<IOException>read(consumer, ends.of(List.of(partition)), record -> {
                file.add(record);
                schemas.keep(record.value());
                count[0]++;
            });
        }
        return new Partition(count[0], FileDigest.of(path).sha256());
    }
}
