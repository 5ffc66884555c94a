package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** A store that answered badly for a moment had the pictures removed that latents are decoded to. */
    @Test
    void whatCannotBeReadNowIsNotTakenForNothingEncoded() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        sets.put("others", made(3, 4, "y"));
        ArtifactException away = new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "HTTP 503");
        StoredDataSets troubled = awayFor("others", away);

        assertSame(
                away,
                assertThrows(
                        ArtifactException.class, () -> troubled.encodedFrom(List.of(new DataSetAddress("faces", 1)))));
    }

    /** What is there of a data set cannot be looked up. */
    private StoredDataSets awayFor(String name, ArtifactException away) throws IOException {
        ArtifactStore sound = new FileArtifactStore(temporary.resolve("store"));
        return new StoredDataSets((ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("find")
                            && String.valueOf(arguments[1]).startsWith(name)) {
                        throw away;
                    }
                    try {
                        return method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** No import of that name ended any more. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{\"format\": 99, \"columns\": [], \"parts\": [], \"skipped\": [], \"notes\": []}", ""})
    void aVersionThatCannotBeReadIsNotTheSame(String manifest) throws IOException {
        sets.put("faces", made(1, 2, "x"));
        Path file = temporary.resolve("store/datasets/faces/v1").resolve(DataSetManifest.FILE);
        if (manifest.isEmpty()) {
            Files.delete(file);
        } else {
            Files.writeString(file, manifest);
        }
        assertEquals(2, sets.put("faces", made(1, 2, "x")).number());
        assertEquals(2, sets.put("faces", made(1, 2, "x")).number(), "the newest is sound");
    }

    /** It may be the same: another version of it would stay for good. */
    @Test
    void aVersionThatCannotBeLookedUpNowIsNotTakenForAnother() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        ArtifactException away = new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "HTTP 503");
        StoredDataSets troubled = awayFor("faces", away);
        assertSame(away, assertThrows(ArtifactException.class, () -> troubled.put("faces", made(1, 2, "x"))));
        assertEquals(List.of(1), sets.versions("faces"));
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

    /** As from two machines that share a store: the second begins and ends while the first one writes. */
    @Test
    void anImportDoesNotOverwriteTheOneThatWasQuicker() throws IOException {
        StoredDataSets other = new StoredDataSets(new FileArtifactStore(temporary.resolve("store")));
        List<Integer> quicker = new ArrayList<>();
        StoredDataSets.Version slower = sets.put("faces", folder -> {
            quicker.add(other.put("faces", made(9, 9, "quick")).number());
            made(1, 2, "slow").write(folder);
        });
        assertEquals(List.of(1, 2), sets.versions("faces"));
        byte[] image = new byte[1];
        sets.open(find(quicker.get(0))).images().read(1, image);
        assertEquals(9, image[0]);
        sets.open(find(slower.number())).images().read(1, image);
        assertEquals(2, image[0]);
    }

    @Test
    void importsAtOnceGetANumberEach() throws Exception {
        int imports = 12;
        ExecutorService threads = Executors.newFixedThreadPool(imports);
        try {
            CyclicBarrier together = new CyclicBarrier(imports);
            List<Future<Integer>> given = new ArrayList<>();
            for (int each = 0; each < imports; each++) {
                given.add(threads.submit(() -> {
                    together.await();
                    return NumberClaim.make(store(), "datasets", "faces", this::next)
                            .number();
                }));
            }
            Set<Integer> numbers = new HashSet<>();
            for (Future<Integer> number : given) {
                assertTrue(numbers.add(number.get()), () -> "one number was given twice: " + numbers);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private int next() throws IOException {
        return 1
                + store().list("datasets", "faces/").stream()
                        .map(NumberClaim.NAME::matcher)
                        .filter(Matcher::matches)
                        .mapToInt(claimed -> Integer.parseInt(claimed.group(2)))
                        .max()
                        .orElse(0);
    }

    private ArtifactStore store() throws IOException {
        return new FileArtifactStore(temporary.resolve("store"));
    }

    /** A stack that starts meanwhile announces what it finds. */
    @Test
    void whatIsThereAlreadyIsNeverVisibleUnderAnotherNumber() throws IOException {
        sets.put("faces", made(1, 2, "x"));
        List<List<Integer>> seen = new ArrayList<>();
        ArtifactStore real = store();
        ArtifactStore watched = (ArtifactStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ArtifactStore.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(real, arguments);
                        seen.add(sets.versions("faces"));
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        assertEquals(
                1, new StoredDataSets(watched).put("faces", made(1, 2, "x")).number());
        assertEquals(Set.of(List.of(1)), Set.copyOf(seen));
        assertEquals(2, sets.put("faces", made(1, 3, "x")).number(), "nobody has heard of it");
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
