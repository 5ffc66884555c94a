package io.saddle.cli.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.saddle.serde.AvroWireFormat;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class ValuesTest {

    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "Holder", "fields": [
              {"name": "step", "type": "long"},
              {"name": "grids", "type": {"type": "array", "items": ["null",
                {"type": "record", "name": "Artifact", "namespace": "io.saddle.schema",
                 "fields": [{"name": "uri", "type": "string"}]}]}}]}
            """);

    private static final Values MOVED =
            new Values(Map.of(7, 42), Map.of(7, SCHEMA), root("file:///old"), root("s3://new/store"));

    private static final long MEGABYTE = 1 << 20;

    private static StoreRoot root(String uri) {
        return StoreRoot.of(URI.create(uri));
    }

    private static byte[] value(int id, String... uris) throws Exception {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("step", 12L);
        Schema artifact =
                SCHEMA.getField("grids").schema().getElementType().getTypes().get(1);
        List<GenericRecord> grids = new java.util.ArrayList<>();
        for (String uri : uris) {
            GenericRecord grid = new GenericData.Record(artifact);
            grid.put("uri", uri);
            grids.add(grid);
        }
        record.put("grids", grids);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    @Test
    void artifactsAndSchemaIdsAreThoseOfTheNewCluster() throws Exception {
        byte[] translated = MOVED.translated(value(7, "file:///old/run/a", "https://elsewhere/b"));
        assertEquals(42, AvroWireFormat.schemaId(translated));
        GenericRecord record = new GenericDatumReader<GenericRecord>(SCHEMA)
                .read(null, DecoderFactory.get().binaryDecoder(translated, 5, translated.length - 5, null));
        assertEquals(12L, record.get("step"));
        List<?> grids = (List<?>) record.get("grids");
        assertEquals(
                "s3://new/store/run/a",
                ((GenericRecord) grids.get(0)).get("uri").toString());
        assertEquals(
                "https://elsewhere/b", ((GenericRecord) grids.get(1)).get("uri").toString());
    }

    /** As a setting may name it; artifacts are announced with three slashes. */
    @Test
    void aRootIsTheSameHoweverManySlashesItHas() throws Exception {
        for (String old : List.of("file:/old", "file:/old/", "file:///old/")) {
            Values moved = new Values(Map.of(7, 42), Map.of(7, SCHEMA), root(old), root("file:/new"));
            assertArrayEquals(
                    value(42, "file:///new/run/a", "file:///older/b"),
                    moved.translated(value(7, "file:///old/run/a", "file:///older/b")),
                    old);
        }
    }

    @Test
    void onlyTheIdChangesWhereTheRootIsTheSame() throws Exception {
        Values same = new Values(Map.of(7, 42), Map.of(7, SCHEMA), root("file:///old"), root("file:///old"));
        assertArrayEquals(value(42, "file:///old/run/a"), same.translated(value(7, "file:///old/run/a")));
    }

    @Test
    void whatIsNoRecordOfTheTopicStaysAsItWas() throws Exception {
        byte[] garbage = "not Avro".getBytes();
        byte[] foreign = value(8);
        byte[] damaged = {0, 0, 0, 0, 7, 1};
        byte[] longer = Arrays.copyOf(value(7, "file:///old/run/a"), 60);
        assertSame(longer, MOVED.translated(longer), "services cannot read it, and must not after a restore");
        assertSame(garbage, MOVED.translated(garbage));
        assertSame(foreign, MOVED.translated(foreign));
        assertSame(damaged, MOVED.translated(damaged));
        assertSame(null, MOVED.translated(null));
    }

    /** A count and a length of two billion. */
    @Test
    void aRecordThatAsksForMoreThanItHoldsStaysAsItWas() {
        byte[] greedy = {0, 0, 0, 0, 7, 24, (byte) 0xee, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        Schema text = new Schema.Parser().parse("""
                {"type": "record", "name": "Text", "fields": [{"name": "text", "type": "string"}]}
                """);
        byte[] endless = {0, 0, 0, 0, 8, (byte) 0xee, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        Values values = new Values(
                Map.of(7, 42, 8, 43), Map.of(7, SCHEMA, 8, text), root("file:///old"), root("s3://new/store"));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertSame(greedy, values.translated(greedy));
        assertSame(endless, values.translated(endless));
        assertEquals(Optional.empty(), values.artifact(greedy));

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MEGABYTE, () -> allocated + " bytes of memory for 21 bytes");
    }

    @Test
    void theArtifactThatARecordAnnouncesIsToldByItsPlaceInTheStore() throws Exception {
        Schema schema = new Schema.Parser().parse("""
                {"type": "record", "name": "Announcement", "fields": [{"name": "artifact", "type":
                  {"type": "record", "name": "Artifact", "namespace": "io.saddle.schema",
                   "fields": [{"name": "uri", "type": "string"}]}}]}
                """);
        Values values = new Values(Map.of(), Map.of(7, schema), root("file:///old"), root("file:///old"));
        assertEquals(Optional.of("run/a"), values.artifact(announcement("file:///old/run/a")));
        assertEquals(Optional.empty(), values.artifact(announcement("file:///older/run/a")));
        assertEquals(Optional.empty(), MOVED.artifact(value(7, "file:///old/run/a")), "announces none");
    }

    private static byte[] announcement(String uri) {
        byte[] text = uri.getBytes();
        return ByteBuffer.allocate(6 + text.length)
                .put((byte) 0)
                .putInt(7)
                .put((byte) (2 * text.length))
                .put(text)
                .array();
    }
}
