package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.Element;
import io.saddle.schema.Artifact;
import io.saddle.schema.ColumnKind;
import io.saddle.schema.ColumnValue;
import io.saddle.schema.DataSet;
import io.saddle.schema.DataSetColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredDataSetsTest {

    @TempDir
    Path temporary;

    private StoredDataSets sets;

    @BeforeEach
    void openStore() throws IOException {
        sets = new StoredDataSets(new FileArtifactStore(temporary.resolve("store")));
    }

    private StoredDataSets.Version find(Integer version) throws IOException {
        return sets.find(new DataSetAddress("faces", version));
    }

    /** Two grey images of 1x1. */
    private ArtifactStore.FolderWriter made(int first, int second, String label) {
        return folder -> {
            Path images = Files.write(temporary.resolve("images"), new byte[] {(byte) first, (byte) second});
            try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 1, 1)) {
                assembly.addImages(images);
                assembly.addRow(Map.of("class", label));
                assembly.addRow(Map.of("class", "other"));
                assembly.finish("faces", new Origin("a", "b", "c"), List.of(), List.of(), Instant.now());
            } finally {
                Files.delete(images);
            }
        };
    }

    @Test
    void anotherImportIsAnotherVersionAndTheOldOneStays() throws IOException {
        assertEquals(1, sets.put("faces", made(1, 2, "x")).number());
        assertEquals(2, sets.put("faces", made(1, 3, "x")).number());
        assertEquals(3, sets.put("faces", made(1, 3, "y")).number());
        assertEquals(List.of(1, 2, 3), sets.versions("faces"));
        assertEquals(List.of("faces"), sets.names());
        byte[] image = new byte[1];
        sets.open(find(1)).images().read(1, image);
        assertEquals(2, image[0]);
        assertEquals(3, find(null).number());
    }

    @Test
    void theSameContentAgainIsTheVersionThatIsThere() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        StoredDataSets.Version again = sets.put("faces", made(1, 2, "x"));
        assertEquals(1, again.number());
        assertEquals(List.of(1), sets.versions("faces"));
    }

    @Test
    void anImportThatFailsLeavesNothing() throws IOException {
        assertThrows(
                IOException.class,
                () -> sets.put("faces", folder -> {
                    Files.writeString(folder.resolve(DataSetManifest.FILE), "half");
                    throw new IOException("cut off");
                }));
        assertEquals(List.of(), sets.versions("faces"));
        assertThrows(NoSuchDataSetException.class, () -> find(null));
    }

    @Test
    void aRemovedVersionIsGoneAndItsNumberIsNotGivenAgain() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        sets.put("faces", made(1, 3, "x"));
        sets.remove(new DataSetAddress("faces", 1));
        assertEquals(List.of(2), sets.versions("faces"));
        assertEquals(3, sets.put("faces", made(1, 4, "x")).number());
        assertThrows(NoSuchDataSetException.class, () -> find(1));
        sets.remove(new DataSetAddress("faces", 3));
        sets.remove(new DataSetAddress("faces", 2));
        assertEquals(List.of(), sets.names());
        assertEquals(4, sets.put("faces", made(1, 4, "x")).number(), "whoever knows faces@3 finds nothing else there");
        sets.remove(new DataSetAddress("faces", 9));
        assertEquals(5, sets.put("faces", made(1, 5, "x")).number());
    }

    @Test
    void whatIsAnnouncedIsWhatTheManifestSays() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        assertEquals(List.of(new DataSetAddress("faces", 1)), sets.all());

        DataSet record = sets.record(new DataSetAddress("faces", 1));

        DataSetManifest manifest = find(1).manifest();
        assertEquals("faces", record.getName());
        assertEquals(1, record.getVersion());
        assertEquals(2, record.getImages());
        assertEquals(manifest.sha256(), record.getSha256());
        DataSetColumn column = record.getColumns().get(0);
        assertEquals("class", column.getName());
        assertEquals(ColumnKind.NAMES, column.getKind());
        assertEquals(List.of(new ColumnValue("other", 1L), new ColumnValue("x", 1L)), column.getValues());
        assertEquals(2, column.getValueCount());
        assertNull(record.getPreview());
        assertThrows(NoSuchDataSetException.class, () -> sets.record(new DataSetAddress("faces", 2)));
    }

    /** As many columns as there may be, of as many long names as are listed: 1024 * 1100 * 100 bytes. */
    @Test
    void theLargestDataSetFitsIntoARecord() throws IOException {
        List<Column.Value> names = IntStream.range(0, 1100)
                .mapToObj(i -> new Column.Value(String.format("%0100d", i), 1))
                .toList();
        List<Column> columns = IntStream.range(0, DataSetAssembly.MOST_COLUMNS)
                .mapToObj(i -> new Column(
                        "c" + i, Column.Kind.NAMES, i == 0 ? names.subList(0, 3) : names, 0, null, null, "f", "s"))
                .toList();
        Artifact folder = new Artifact("file:/x", "0", 1L);

        DataSet record = DataSetRecords.of(
                new DataSetAddress("wide", 1),
                new DataSetManifest(
                        1,
                        "wide",
                        1100,
                        1,
                        1,
                        1,
                        Element.UINT8,
                        null,
                        columns,
                        List.of(),
                        "0",
                        new Origin("a", "b", "c"),
                        List.of(),
                        List.of(),
                        Instant.now()),
                folder,
                folder);

        assertTrue(DataSet.getEncoder().encode(record).remaining() < 1_000_000);
        assertEquals(DataSetAssembly.MOST_COLUMNS, record.getColumnCount());
        assertEquals(3, record.getColumns().get(0).getValues().size());
        assertEquals(
                DataSetRecords.MOST_VALUES,
                record.getColumns().get(1).getValues().size());
        assertEquals(1100, record.getColumns().get(1).getValueCount());
    }
}
