package io.saddle.cli.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The contents of a backup, in {@code backup.json}: written last, so that a folder without it is no backup.
 *
 * @param version of saddle that made it
 * @param time when it was begun, ISO 8601
 * @param artifactsRoot root of the artifact store that the records' URIs point into
 * @param artifacts whether the store's files are in it
 * @param files the store's files, by their paths within it; null in backups of earlier releases
 * @param partitions what was kept of each partition ({@code saddle.runs-0})
 * @param schemas the registry's schemas by their ids there, as text
 * @param offsets next offset of each consumer group, by group and partition
 */
public record Manifest(
        String version,
        String time,
        String artifactsRoot,
        boolean artifacts,
        Map<String, FileDigest> files,
        Map<String, Partition> partitions,
        Map<Integer, String> schemas,
        Map<String, Map<String, Long>> offsets) {

    /**
     * One partition's file.
     *
     * @param records number of records
     * @param sha256 the file's digest, lower-case hex
     */
    record Partition(long records, String sha256) {}

    private static final String NAME = "backup.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Durable, or not there at all, whenever the power goes. */
    void write(Path folder) throws IOException {
        DurableFiles.replace(folder.resolve(NAME), JSON.writeValueAsBytes(this));
    }

    /** @throws BackupException if there is none or it cannot be read */
    public static Manifest read(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            return JSON.readValue(file.toFile(), Manifest.class);
        } catch (JsonProcessingException e) {
            throw new BackupException(file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidFolderException(folder + " is no finished backup: it has no readable " + NAME, e);
        }
    }

    boolean has(TopicPartition partition) {
        return partitions.containsKey(partition.toString());
    }

    public long total() {
        return partitions.values().stream().mapToLong(Partition::records).sum();
    }
}
