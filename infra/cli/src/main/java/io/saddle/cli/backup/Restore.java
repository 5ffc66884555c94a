package io.saddle.cli.backup;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.artifact.FileDigest;
import io.saddle.kafka.KafkaSettings;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts a backup into a cluster whose topics are there and empty, before any service is started on it. Records keep their
 * partition, order and time; offsets, those in dead letters too, schema ids and, where the store has another root, artifacts' URIs
 * become the new cluster's.
 */
public final class Restore {

    private final KafkaSettings kafka;
    private final URI artifactsRoot;
    private final Path folder;
    private final Manifest manifest;
    private final Consumer<String> progress;

    private Restore(KafkaSettings kafka, URI artifactsRoot, Path folder, Consumer<String> progress) {
        this.kafka = kafka;
        this.artifactsRoot = artifactsRoot;
        this.folder = folder;
        this.manifest = Manifest.read(folder);
        this.progress = progress;
    }

    /**
     * @param artifactsRoot root of the new cluster's store
     * @throws BackupException if the folder holds no whole backup, a topic is missing or not empty, services have state of
     *     other topics, the store has one of its runs already, or the registry does not take a schema; nothing was written then but
     *     schemas
     */
    public static void run(KafkaSettings kafka, URI artifactsRoot, Path folder, Consumer<String> progress) {
        try {
            new Restore(kafka, artifactsRoot, folder, progress).run();
        } catch (ExecutionException e) {
            throw new BackupException(
                    "Kafka refused a part of it: " + e.getCause().getMessage()
                            + "; what was written is not whole: empty the topics and restore again",
                    e);
        } catch (IOException e) {
            throw new BackupException("the backup in " + folder + " cannot be put back: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException("interrupted; empty the topics before the next try");
        }
    }

    private void run() throws ExecutionException, InterruptedException, IOException {
        try (Admin admin = Admin.create(kafka.admin())) {
            requireEmpty(admin);
            Map<Integer, Schema> schemas = schemas();
            Map<Topic<?>, Map<Integer, Integer>> ids = register(schemas);
            restoreArtifacts();
            Map<String, Map<Long, Long>> wanted = positions();
            SnapshotsWithoutFiles gone = new SnapshotsWithoutFiles(manifest, artifacts());
            DeadLetterPlaces deadLetters = DeadLetterPlaces.of(folder, deadLetters());
            Map<TopicPartition, Map<Long, Long>> moved = new HashMap<>();
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
                for (Topic<?> topic : Topics.all()) {
                    Values values = new Values(
                            ids.get(topic),
                            schemas,
                            StoreRoot.of(URI.create(manifest.artifactsRoot())),
                            StoreRoot.of(artifactsRoot));
                    for (TopicPartition partition : partitions(topic)) {
                        moved.put(partition, send(producer, partition, values, gone, deadLetters, wanted));
                    }
                    progress.accept(topic.name() + ": put back");
                }
            }
            restoreOffsets(admin, moved);
            if (gone.count() > 0) {
                progress.accept(
                        "%,d snapshots left out: they were pruned before their files were copied, and some evaluator had"
                                        .formatted(gone.count())
                                + " not had them yet");
            }
            progress.accept("%,d records put back".formatted(manifest.total() - gone.count()));
        }
    }

    /** Of a topic that is younger than the backup there are none; those of dead letters are the last. */
    private List<TopicPartition> partitions(Topic<?> topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String name : List.of(topic.name(), topic.deadLetterName())) {
            if (!manifest.has(new TopicPartition(name, 0))) {
                continue;
            }
            if (manifest.has(new TopicPartition(name, topic.partitions()))) {
                throw otherNumber(name);
            }
            for (int partition = 0; partition < topic.partitions(); partition++) {
                partitions.add(new TopicPartition(name, partition));
            }
        }
        return partitions;
    }

    private List<TopicPartition> deadLetters() {
        return Topics.all().stream()
                .flatMap(topic -> partitions(topic).stream()
                        .filter(partition -> partition.topic().equals(topic.deadLetterName())))
                .toList();
    }

    private static BackupException otherNumber(String topic) {
        return new BackupException("the backup's " + topic + " has another number of partitions than topics.yaml says:"
                + " a run's records would not lie side by side");
    }

    private void requireEmpty(Admin admin) throws ExecutionException, InterruptedException, IOException {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        for (Topic<?> topic : Topics.all()) {
            for (TopicPartition partition : partitions(topic)) {
                if (!manifest.has(partition)) {
                    throw otherNumber(partition.topic());
                }
                requireWhole(
                        PartitionFile.in(folder, partition),
                        manifest.partitions().get(partition.toString()).sha256());
                all.put(partition, OffsetSpec.latest());
            }
        }
        for (var end : admin.listOffsets(all).all().get().entrySet()) {
            if (end.getValue().offset() > 0) {
                throw new BackupException(end.getKey() + " is not empty: a backup is put into a new cluster, after"
                        + " './saddle setup' and before any service is started");
            }
        }
        StateOfServices.requireNone(admin);
        if (manifest.artifacts()) {
            List<String> there = new ArrayList<>(ArtifactFiles.runs(Path.of(artifactsRoot)));
            there.retainAll(ArtifactFiles.runs(artifacts()));
            if (!there.isEmpty()) {
                throw new BackupException("the artifact store " + artifactsRoot + " has " + there
                        + " already: name another, or move them away");
            }
            requireWhole(artifacts(), manifest.files());
        }
    }

    private Path artifacts() {
        return folder.resolve("artifacts");
    }

    /**
     * @param announced null where it is not known, as in backups of earlier releases
     * @throws BackupException if a file is not the one that was written
     */
    static void requireWhole(Path artifacts, Map<String, FileDigest> announced) throws IOException {
        if (announced == null) {
            return;
        }
        for (Map.Entry<String, FileDigest> file : announced.entrySet()) {
            requireWhole(artifacts.resolve(file.getKey()), file.getValue().sha256());
        }
    }

    /** @throws BackupException if the file is not the one that was written */
    static void requireWhole(Path file, String sha256) throws IOException {
        if (!Files.exists(file)) {
            throw new BackupException(file + " is missing: the backup is not whole");
        }
        if (!FileDigest.of(file).sha256().equals(sha256)) {
            throw new BackupException(file + " is damaged: it has another digest than when it was written");
        }
    }

    private void restoreArtifacts() throws IOException {
        if (manifest.artifacts()) {
            long bytes = ArtifactFiles.copy(artifacts(), Path.of(artifactsRoot), within -> true);
            progress.accept("artifacts: %,d bytes put back".formatted(bytes));
        }
    }

    private Map<Integer, Schema> schemas() {
        Map<Integer, Schema> schemas = new HashMap<>();
        manifest.schemas().forEach((id, text) -> schemas.put(id, new Schema.Parser().parse(text)));
        return schemas;
    }

    /** Before the store is touched: with this the registry may refuse whoever restores, and what lies in the store is in the next try's way. */
    private Map<Topic<?>, Map<Integer, Integer>> register(Map<Integer, Schema> schemas) throws IOException {
        SchemaRegistryClient registry = kafka.serdes().registry();
        Map<Topic<?>, Map<Integer, Integer>> ids = new HashMap<>();
        for (Topic<?> topic : Topics.all()) {
            ids.put(topic, register(registry, topic, schemas));
        }
        return ids;
    }

    /** Old versions too: ids of this topic's schemas there, and here. */
    private static Map<Integer, Integer> register(
            SchemaRegistryClient registry, Topic<?> topic, Map<Integer, Schema> schemas) throws IOException {
        Map<Integer, Integer> ids = new TreeMap<>();
        for (Map.Entry<Integer, Schema> schema : new TreeMap<>(schemas).entrySet()) {
            if (schema.getValue().getFullName().equals(topic.schema().getFullName())) {
                try {
                    ids.put(schema.getKey(), registry.register(topic.subject(), new AvroSchema(schema.getValue())));
                } catch (RestClientException e) {
                    throw new BackupException(
                            "the registry does not take a schema of " + topic.name() + ": " + e.getMessage()
                                    + "; nothing was put back. Restore as somebody who may register schemas, as"
                                    + " whoever runs './saddle setup' may",
                            e);
                }
            }
        }
        return ids;
    }

    /** Positions of groups by partition; each is to be found in the new log. */
    private Map<String, Map<Long, Long>> positions() {
        Map<String, Map<Long, Long>> positions = new HashMap<>();
        manifest.offsets()
                .values()
                .forEach(group -> group.forEach((partition, offset) -> positions
                        .computeIfAbsent(partition, any -> new TreeMap<>())
                        .put(offset, 0L)));
        return positions;
    }

    /** @return the new position for each old one that a group had */
    private Map<Long, Long> send(
            KafkaProducer<byte[], byte[]> producer,
            TopicPartition partition,
            Values values,
            SnapshotsWithoutFiles gone,
            DeadLetterPlaces deadLetters,
            Map<String, Map<Long, Long>> wanted)
            throws ExecutionException {
        Map<Long, Long> moved = wanted.getOrDefault(partition.toString(), new TreeMap<>());
        AtomicReference<Exception> failure = new AtomicReference<>();
        long[] count = {0};
        PartitionFile.read(PartitionFile.in(folder, partition), partition, kept -> {
            ProducerRecord<byte[], byte[]> record = kept.record();
            if (gone.take(kept, values)) {
                return;
            }
            deadLetters.move(record.headers());
            producer.send(
                    new ProducerRecord<>(
                            record.topic(),
                            record.partition(),
                            record.timestamp(),
                            record.key(),
                            values.translated(record.value()),
                            record.headers()),
                    (at, e) -> failure.compareAndSet(null, e));
            deadLetters.put(partition, kept.offset(), count[0]);
            count[0]++;
            moved.replaceAll((old, now) -> kept.offset() < old ? count[0] : now);
        });
        producer.flush();
        if (failure.get() != null) {
            throw new ExecutionException(failure.get());
        }
        return moved;
    }

    private void restoreOffsets(Admin admin, Map<TopicPartition, Map<Long, Long>> moved)
            throws ExecutionException, InterruptedException {
        Map<String, Map<String, Long>> kept = Backup.keptPositions(manifest.offsets());
        for (Map.Entry<String, Map<String, Long>> group : kept.entrySet()) {
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
            moved.forEach((partition, offsets) -> {
                Long old = group.getValue().get(partition.toString());
                if (old != null) {
                    positions.put(partition, new OffsetAndMetadata(offsets.get(old)));
                }
            });
            if (!positions.isEmpty()) {
                admin.alterConsumerGroupOffsets(group.getKey(), positions).all().get();
            }
        }
        progress.accept("positions of " + kept.size() + " consumer groups put back");
    }
}
