package io.saddle.cli.backup;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The records of one partition in an Avro object container file ({@code record.avsc}), which any Avro library reads. Blocks are
 * deflated.
 */
final class PartitionFile {

    private static final Schema SCHEMA = schema();
    private static final Schema HEADER = SCHEMA.getField("headers").schema().getElementType();
    private static final int DEFLATE_LEVEL = 6;

    private PartitionFile() {}

    private static Schema schema() {
        try (InputStream in = PartitionFile.class.getResourceAsStream("record.avsc")) {
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path in(Path folder, TopicPartition partition) {
        return folder.resolve("topics").resolve(partition + ".avro");
    }

    /** Takes the records of one partition; complete once closed. */
    static final class Writer implements Closeable {

        private final DataFileWriter<GenericRecord> file;

        Writer(Path path) throws IOException {
            this.file = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(SCHEMA))
                    .setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL))
                    .create(SCHEMA, path.toFile());
        }

        void add(ConsumerRecord<byte[], byte[]> record) throws IOException {
            GenericRecord kept = new GenericData.Record(SCHEMA);
            kept.put("offset", record.offset());
            kept.put("timestamp", record.timestamp());
            kept.put("key", buffer(record.key()));
            kept.put("value", buffer(record.value()));
            List<GenericRecord> headers = new ArrayList<>();
            for (Header header : record.headers()) {
                GenericRecord one = new GenericData.Record(HEADER);
                one.put("name", header.key());
                one.put("value", buffer(header.value()));
                headers.add(one);
            }
            kept.put("headers", headers);
            file.append(kept);
        }

        @Override
        public void close() throws IOException {
            file.fSync();
            file.close();
        }
    }

    /** One record to be sent again, and the offset that it had. */
    record Kept(long offset, ProducerRecord<byte[], byte[]> record) {}

    /** @throws BackupException if the file is missing, cut or damaged */
    static void read(Path path, TopicPartition partition, Consumer<Kept> take) {
        try (DataFileReader<GenericRecord> file =
                new DataFileReader<>(path.toFile(), new GenericDatumReader<>(null, SCHEMA))) {
            while (file.hasNext()) {
                take.accept(kept(file.next(), partition));
            }
        } catch (IOException | org.apache.avro.AvroRuntimeException e) {
            throw new BackupException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Kept kept(GenericRecord kept, TopicPartition partition) {
        Headers headers = new RecordHeaders();
        for (Object header : (List<?>) kept.get("headers")) {
            GenericRecord one = (GenericRecord) header;
            headers.add(one.get("name").toString(), bytes(one.get("value")));
        }
        return new Kept(
                (long) kept.get("offset"),
                new ProducerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        (long) kept.get("timestamp"),
                        bytes(kept.get("key")),
                        bytes(kept.get("value")),
                        headers));
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static byte[] bytes(Object buffer) {
        if (buffer == null) {
            return null;
        }
        ByteBuffer read = ((ByteBuffer) buffer).duplicate();
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        return bytes;
    }
}
