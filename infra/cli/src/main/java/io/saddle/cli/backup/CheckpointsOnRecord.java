package io.saddle.cli.backup;

import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.schema.RunStatus;
import io.saddle.serde.AvroDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The runs that have a checkpoint by the statuses in a copy, without those whose files are to go.
 *
 * @param folder of the copy
 * @param partitions that it has ({@code saddle.run-status-0})
 */
record CheckpointsOnRecord(Path folder, Set<String> partitions, Serdes serdes) {

    /** By run whether it goes on; one that has ended needs its checkpoint no more. */
    Map<String, Boolean> runs() {
        Map<String, Boolean> runs = new TreeMap<>();
        statuses().forEach((run, status) -> runs.put(run, !RunPhases.isFinal(status.getPhase())));
        return runs;
    }

    /**
     * Looks whether the records tell of the store that is named: a restore gives artifacts the new store's root where they have the old
     * one's.
     *
     * @throws BackupException if they tell of none in this one, and it is no folder, which others may see in another place
     */
    void requireStore(URI store, Consumer<String> progress) {
        List<String> named = statuses().values().stream()
                .map(status -> status.getCheckpoint().getArtifact().getUri())
                .toList();
        StoreRoot root = StoreRoot.of(store);
        if (named.isEmpty() || named.stream().anyMatch(uri -> root.within(uri).isPresent())) {
            return;
        }
        String elsewhere = "no checkpoint on record lies in " + store + "; one is " + named.get(0);
        if (!StoreRoot.isOfFiles(store)) {
            throw new BackupException(elsewhere + ": name its store by --artifacts, and a new folder for the backup");
        }
        progress.accept("note: " + elsewhere
                + ": records keep these addresses in a restore, and services have to see the store there, too");
    }

    /** The newest of the runs that have a checkpoint. */
    private Map<String, RunStatus> statuses() {
        Map<String, RunStatus> newest = new TreeMap<>();
        read(Topics.RUN_STATUS, newest::put);
        RunTables said = new RunTables();
        read(Topics.RUN_METADATA, (run, metadata) -> {
            if (metadata != null) {
                said.put(metadata);
            }
        });
        newest.entrySet()
                .removeIf(entry -> entry.getValue() == null
                        || entry.getValue().getCheckpoint() == null
                        || said.isDeleted(entry.getKey()));
        return newest;
    }

    /** @param take is given keys with values, null for a tombstone */
    private <T extends SpecificRecord> void read(Topic<T> topic, BiConsumer<String, T> take) {
        AvroDeserializer<T> values = serdes.deserializer(topic);
        for (int number = 0; partitions.contains(topic.name() + "-" + number); number++) {
            TopicPartition partition = new TopicPartition(topic.name(), number);
            PartitionFile.read(PartitionFile.in(folder, partition), partition, kept -> {
                try {
                    take.accept(
                            new String(kept.record().key(), StandardCharsets.UTF_8),
                            values.deserialize(topic.name(), kept.record().value()));
                } catch (SerializationException unreadable) {
                    // The services pass it over as well.
                }
            });
        }
    }

    /**
     * A trainer that finds no checkpoint of a run with one on record trains nothing; a store that has none of any run is another one.
     *
     * @param onRecord by run whether it goes on
     * @throws BackupException if the copy of the store would leave a run so
     */
    static void require(Map<String, Boolean> onRecord, Path copied, URI store, Consumer<String> progress)
            throws IOException {
        Set<String> without = new TreeSet<>(onRecord.keySet());
        without.removeAll(ArtifactFiles.runsWithCheckpoints(copied));
        if (without.isEmpty()) {
            return;
        }
        String missing =
                "the artifact store " + store + " has no checkpoint of " + without + ", which have one on record";
        if (without.size() == onRecord.size() || without.stream().anyMatch(onRecord::get)) {
            throw new BackupException(
                    missing + ": mount it, or name the right one by --artifacts, and a new folder for the"
                            + " backup; delete runs whose files are lost for good");
        }
        progress.accept("warning: " + missing + " and have ended");
    }
}
