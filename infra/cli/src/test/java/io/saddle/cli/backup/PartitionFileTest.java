package io.saddle.cli.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.FileDigest;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionFileTest {

    private static final TopicPartition PARTITION = new TopicPartition("saddle.runs", 2);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = folder.resolve("a.avro");
        try (PartitionFile.Writer writer = new PartitionFile.Writer(file)) {
            writer.add(record(3, "key", "value"));
            writer.add(record(7, "key", null));
            writer.add(record(8, null, "last"));
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String key, String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("a", new byte[] {1, 2});
        headers.add("a", null);
        return new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset,
                1000 + offset,
                TimestampType.CREATE_TIME,
                0,
                0,
                key == null ? null : key.getBytes(),
                value == null ? null : value.getBytes(),
                headers,
                Optional.empty());
    }

    private List<PartitionFile.Kept> read() {
        List<PartitionFile.Kept> read = new ArrayList<>();
        PartitionFile.read(file, PARTITION, read::add);
        return read;
    }

    @Test
    void recordsComeBackWithAllThatTheyHad() {
        List<PartitionFile.Kept> read = read();
        assertEquals(
                List.of(3L, 7L, 8L),
                read.stream().map(PartitionFile.Kept::offset).toList());
        var first = read.get(0).record();
        assertEquals(PARTITION, new TopicPartition(first.topic(), first.partition()));
        assertEquals(1003, first.timestamp());
        assertArrayEquals("key".getBytes(), first.key());
        assertArrayEquals("value".getBytes(), first.value());
        var headers = first.headers().toArray();
        assertEquals(2, headers.length);
        assertArrayEquals(new byte[] {1, 2}, headers[0].value());
        assertNull(headers[1].value());
        assertNull(read.get(1).record().value(), "a tombstone");
        assertNull(read.get(2).record().key());
    }

    @Test
    void aCutFileIsNoticed() throws Exception {
        String whole = FileDigest.of(file).sha256();
        Restore.requireWhole(file, whole);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(cut.length() - 10);
        }
        String message = assertThrows(BackupException.class, () -> Restore.requireWhole(file, whole))
                .getMessage();
        assertTrue(message.contains("a.avro"), message);
    }
}
