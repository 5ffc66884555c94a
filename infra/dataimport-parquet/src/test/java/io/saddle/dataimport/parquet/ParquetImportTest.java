package io.saddle.dataimport.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataimport.DataSetImport;
import io.saddle.dataimport.ImportOptions;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.picture.Resampling;
import io.saddle.dataimport.picture.UnreadablePictureException;
import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.SourcePicture;
import io.saddle.dataimport.source.Sources;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetImportTest {

    private static final String NAMES = """
            {"info": {"features": {"image": {"_type": "Image"},
             "label": {"names": ["cat", "dog", "owl", "bee"], "_type": "ClassLabel"},
             "Smiling": {"dtype": "bool", "_type": "Value"}}}}""";

    @TempDir
    Path temporary;

    private final AtomicInteger sets = new AtomicInteger();

    private DataSetManifest run(Path source) throws IOException {
        ImportOptions options = new ImportOptions("made", null, null, null, Resampling.LANCZOS, 255, 0.01, 2, null);
        return new DataSetImport(source, options, (at, total) -> {})
                .run(
                        temporary.resolve("work"),
                        content -> {
                            Path set = Files.createDirectory(temporary.resolve("set-" + sets.incrementAndGet()));
                            content.write(set);
                            return DataSetManifest.read(set);
                        },
                        Instant.EPOCH);
    }

    /** The same pictures with the same values as a folder and a table. */
    private Path folder() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("folder"));
        StringBuilder table = new StringBuilder("file_name,label,Smiling\n");
        for (int i = 0; i < MadePictures.COUNT; i++) {
            String name = String.format("%03d.png", i);
            Files.write(folder.resolve(name), MadePictures.png(i));
            table.append(name)
                    .append(',')
                    .append(MadePictures.label(i))
                    .append(',')
                    .append(MadePictures.smiles(i))
                    .append('\n');
        }
        Files.writeString(folder.resolve("metadata.csv"), table);
        return folder;
    }

    private static List<Long> labels() {
        return IntStream.range(0, MadePictures.COUNT)
                .mapToObj(MadePictures::label)
                .toList();
    }

    private static MadeParquet made(FieldRepetitionType group) {
        return new MadeParquet()
                .image(group, MadePictures.all())
                .column("label", Type.INT64, labels())
                .column(
                        "Smiling",
                        Type.BOOLEAN,
                        IntStream.range(0, MadePictures.COUNT)
                                .mapToObj(MadePictures::smiles)
                                .toList());
    }

    private static List<SourcePicture> read(Path file, long first) throws IOException {
        List<SourcePicture> pictures = new ArrayList<>();
        try (PictureSource source = Sources.open(file, null)) {
            source.read(first, picture -> pictures.add(picture));
        }
        return pictures;
    }

    private static List<String> column(Path file, String name) throws IOException {
        return read(file, 0).stream().map(picture -> picture.values().get(name)).toList();
    }

    @Test
    void allCompressionsAndPagesGiveTheSamePixelsAndValuesAsAFolder() throws IOException {
        DataSetManifest expected = run(folder());
        for (CompressionCodec codec : new CompressionCodec[] {
            CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP, CompressionCodec.ZSTD
        }) {
            for (FieldRepetitionType group :
                    new FieldRepetitionType[] {FieldRepetitionType.OPTIONAL, FieldRepetitionType.REQUIRED}) {
                for (boolean second : new boolean[] {false, true}) {
                    MadeParquet made = made(group).codec(codec).rows(5, 11);
                    Path file = (second ? made.second() : made)
                            .write(temporary.resolve(codec + "-" + group + "-" + second + ".parquet"));
                    DataSetManifest manifest = run(file);
                    assertEquals(expected.sha256(), manifest.sha256(), file.toString());
                    assertEquals(expected.columns(), manifest.columns(), file.toString());
                }
            }
        }
    }

    @Test
    void classesGetTheirNames() throws IOException {
        List<Long> labels = new ArrayList<>(labels());
        labels.set(1, -1L);
        Path file = new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all())
                .column("label", Type.INT64, labels)
                .metadata(NAMES)
                .write(temporary.resolve("train-00000-of-00001.parquet"));
        List<String> values = column(file, "label");
        assertEquals(Arrays.asList("cat", null, "owl", "bee", "cat", "dog"), values.subList(0, 6));
        assertEquals("train-00000-of-00001.parquet, row 3", read(file, 3).get(0).name());
        DataSetManifest manifest = run(file);
        assertEquals(Column.Kind.NAMES, manifest.column("label").orElseThrow().kind());
    }

    /** It stayed a digit beside names. */
    @ParameterizedTest
    @ValueSource(longs = {4, -2, 1L << 40})
    void aNumberThatIsNoClassesIsRefusedByItsRow(long number) throws IOException {
        List<Long> labels = new ArrayList<>(labels());
        labels.set(7, number);
        Path file = new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all())
                .column("label", Type.INT64, labels)
                .metadata(NAMES)
                .write(temporary.resolve("beyond.parquet"));
        assertEquals(
                file + ", column 'label', row 7: " + number
                        + " is the number of no class: the file's metadata names 4, from 0 on; mend the value, or the"
                        + " names",
                assertThrows(SourceException.class, () -> read(file, 0)).getMessage());
    }

    /** Values were 0, 1, cat and dog. */
    @Test
    void filesThatNameTheirClassesDifferentlyAreRefused() throws IOException {
        for (String other : new String[] {null, NAMES.replace("\"cat\", \"dog\"", "\"dog\", \"cat\"")}) {
            Path folder = Files.createDirectory(temporary.resolve("classes-" + sets.incrementAndGet()));
            Path named = made(FieldRepetitionType.OPTIONAL).metadata(NAMES).write(folder.resolve("a.parquet"));
            made(FieldRepetitionType.OPTIONAL).metadata(NAMES).write(folder.resolve("b.parquet"));
            assertEquals(2 * MadePictures.COUNT, read(folder, 0).size());
            Path otherwise = made(FieldRepetitionType.OPTIONAL).metadata(other).write(folder.resolve("c.parquet"));
            assertEquals(
                    otherwise + " names the classes of column 'label' otherwise than " + named
                            + ", or one of them does not name them: write both with the same features, or import them"
                            + " one by one",
                    assertThrows(SourceException.class, () -> read(folder, 0)).getMessage());
        }
    }

    /** One file has the classes' numbers and their names, the other the names alone. */
    @Test
    void textsBesideNumbersWithNamesAreTheSameClasses() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("texts"));
        made(FieldRepetitionType.OPTIONAL).metadata(NAMES).write(folder.resolve("a.parquet"));
        new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all().subList(0, 1))
                .column(optional("label", Type.BYTE_ARRAY).setConverted_type(ConvertedType.UTF8), List.of("cat"))
                .write(folder.resolve("b.parquet"));
        assertEquals(Set.of("cat", "dog", "owl", "bee"), new HashSet<>(column(folder, "label")));
    }

    /**
     * Files that DuckDB 2.0 wrote from the same pictures: with dictionaries, bit-packed levels and its choice of encodings. Picture 13
     * and label 5 are missing.
     */
    @Test
    void whatAnotherProgramWroteIsReadToo() throws IOException {
        PictureDecoder decoder = new PictureDecoder(255);
        for (String name : new String[] {"duckdb-zstd-v1.parquet", "duckdb-snappy-v2.parquet"}) {
            Path file = temporary.resolve(name);
            try (InputStream in = ParquetImportTest.class.getResourceAsStream("/" + name)) {
                Files.copy(in, file);
            }
            List<SourcePicture> pictures = read(file, 0);
            assertEquals(MadePictures.COUNT, pictures.size());
            for (int i = 0; i < MadePictures.COUNT; i++) {
                SourcePicture picture = pictures.get(i);
                if (i == 13) {
                    assertThrows(
                            UnreadablePictureException.class,
                            () -> picture.content().decode(decoder));
                } else {
                    assertArrayEquals(
                            decoder.decode(MadePictures.png(i)).levels(),
                            picture.content().decode(decoder).levels());
                }
                Map<String, String> values = new HashMap<>();
                values.put("Smiling", Boolean.toString(MadePictures.smiles(i)));
                values.put("caption", i % 2 == 0 ? "even" : "odd");
                if (i != 5) {
                    values.put("label", List.of("cat", "dog", "owl", "bee").get((int) MadePictures.label(i)));
                }
                assertEquals(values, picture.values(), name + ", " + i);
            }
        }
    }

    /** Hugging Face's layout: what is trained on and what is not became one, without a word. */
    @Test
    void filesThatLieTogetherAreSplitsByTheirNames() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("mnist"));
        made(FieldRepetitionType.OPTIONAL).write(folder.resolve("train-00000-of-00001.parquet"));
        made(FieldRepetitionType.OPTIONAL).write(folder.resolve("test-00000-of-00001.parquet"));
        DataSetManifest manifest = run(folder);
        assertEquals(
                Map.of("train", (long) MadePictures.COUNT, "test", (long) MadePictures.COUNT),
                manifest.column(Column.SPLIT).orElseThrow().values().stream()
                        .collect(Collectors.toMap(Column.Value::value, Column.Value::count)));
    }

    /** It was left out without a word. */
    @Test
    void aFileInAFolderBelowIsRefused() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("parts"));
        Files.createDirectory(folder.resolve("more"));
        made(FieldRepetitionType.OPTIONAL).write(folder.resolve("0.parquet"));
        made(FieldRepetitionType.OPTIONAL).write(folder.resolve("more/1.parquet"));
        assertEquals(
                folder + " has both '0.parquet' and 'more/1.parquet', and one of them would be left out: name the one"
                        + " that is meant, or put the other elsewhere",
                assertThrows(SourceException.class, () -> read(folder, 0)).getMessage());
    }

    /** It was an index that is out of bounds. */
    @Test
    void aFileWithoutRowsHasNoPicture() throws IOException {
        Path file = new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, List.of())
                .write(temporary.resolve("empty.parquet"));
        assertEquals(
                file + " has no picture in it",
                assertThrows(SourceException.class, () -> run(file)).getMessage());
    }

    @Test
    void ofSeveralColumnsOfPicturesTheOneThatIsCalledSoIsTaken() throws IOException {
        List<byte[]> masks = new ArrayList<>(MadePictures.all());
        Collections.reverse(masks);
        Path file = new MadeParquet()
                .image("conditioning_image", FieldRepetitionType.OPTIONAL, masks)
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all())
                .write(temporary.resolve("two.parquet"));
        PictureDecoder decoder = new PictureDecoder(255);
        assertArrayEquals(
                decoder.decode(MadePictures.png(0)).levels(),
                read(file, 0).get(0).content().decode(decoder).levels());
    }

    @Test
    void columnsThatAreLeftOutAreNoted() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("left-out"));
        MadeParquet made = new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all())
                .image("mask", FieldRepetitionType.OPTIONAL, MadePictures.all())
                .column("label", Type.BYTE_ARRAY, Collections.nCopies(MadePictures.COUNT, "cat"));
        made.write(folder.resolve("a.parquet"));
        made.write(folder.resolve("b.parquet"));
        assertEquals(
                List.of("columns without flags, numbers or text are left out: 'mask' (a group or list), 'label'"
                        + " (BYTE_ARRAY, not marked as text)"),
                run(folder).notes());
        assertEquals(
                List.of(),
                run(made(FieldRepetitionType.OPTIONAL).write(temporary.resolve("all.parquet")))
                        .notes());
    }

    @Test
    void severalColumnsOfPicturesOfWhichNoneIsCalledSoAreRefused() throws IOException {
        Path file = new MadeParquet()
                .image("mask", FieldRepetitionType.OPTIONAL, MadePictures.all())
                .image("photo", FieldRepetitionType.OPTIONAL, MadePictures.all())
                .write(temporary.resolve("two.parquet"));
        assertEquals(
                file + " has more than one column of pictures: 'mask', 'photo'; call the one that is meant 'image', or"
                        + " leave the others out",
                assertThrows(SourceException.class, () -> read(file, 0)).getMessage());
    }

    @Test
    void filesWithTheirPicturesInDifferentColumnsAreRefused() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("mixed"));
        Path first = made(FieldRepetitionType.OPTIONAL).write(folder.resolve("a.parquet"));
        Path second = new MadeParquet()
                .image("photo", FieldRepetitionType.OPTIONAL, MadePictures.all())
                .write(folder.resolve("b.parquet"));
        assertEquals(
                second + " has its pictures in column 'photo.bytes', " + first
                        + " in 'image.bytes': import them one by one",
                assertThrows(SourceException.class, () -> read(folder, 0)).getMessage());
    }

    @Test
    void aRowWithoutAPictureIsABadOneAndMissingValuesAreLeftOut() throws IOException {
        for (FieldRepetitionType group :
                new FieldRepetitionType[] {FieldRepetitionType.OPTIONAL, FieldRepetitionType.REQUIRED}) {
            List<byte[]> pictures = new ArrayList<>(MadePictures.all());
            pictures.set(3, null);
            List<Long> labels = new ArrayList<>(labels());
            labels.set(5, null);
            Path file = new MadeParquet()
                    .image(group, pictures)
                    .column("label", Type.INT64, labels)
                    .write(temporary.resolve("nulls.parquet"));
            List<SourcePicture> read = read(file, 0);
            assertEquals(MadePictures.COUNT, read.size());
            PictureDecoder decoder = new PictureDecoder(255);
            UnreadablePictureException e = assertThrows(
                    UnreadablePictureException.class,
                    () -> read.get(3).content().decode(decoder));
            assertEquals("no picture in this row", e.getMessage());
            assertEquals(Map.of("label", "3"), read.get(3).values());
            assertEquals(Map.of(), read.get(5).values());
            assertArrayEquals(
                    decoder.decode(MadePictures.png(6)).levels(),
                    read.get(6).content().decode(decoder).levels());
        }
    }

    private static SchemaElement optional(String name, Type type) {
        return MadeParquet.element(name, FieldRepetitionType.OPTIONAL).setType(type);
    }

    @Test
    void valuesAreToldAsAPersonWritesThem() throws IOException {
        Path file = new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all().subList(0, 3))
                .column("int", Type.INT32, List.of(7, -7, Integer.MAX_VALUE))
                .column(
                        optional("byte", Type.INT32).setConverted_type(ConvertedType.UINT_32),
                        List.of(1, -1, Integer.MIN_VALUE))
                .column(
                        optional("unsigned", Type.INT64)
                                .setLogicalType(LogicalType.INTEGER(new IntType((byte) 64, false))),
                        List.of(1L, -1L, 2L))
                .column("float", Type.FLOAT, List.of(0.1f, 3f, Float.NaN))
                .column("double", Type.DOUBLE, List.of(1e-7, 1e20, -0.0))
                .column(
                        optional("price", Type.INT64)
                                .setConverted_type(ConvertedType.DECIMAL)
                                .setPrecision(9)
                                .setScale(2),
                        List.of(1250L, 1L, -3L))
                .column(
                        optional("text", Type.BYTE_ARRAY).setLogicalType(LogicalType.STRING(new StringType())),
                        List.of("one, two", "ä", ""))
                .column("raw", Type.BYTE_ARRAY, List.of("x", "y", "z"))
                .write(temporary.resolve("kinds.parquet"));
        assertEquals(List.of("7", "-7", "2147483647"), column(file, "int"));
        assertEquals(List.of("1", "4294967295", "2147483648"), column(file, "byte"));
        assertEquals(List.of("1", "18446744073709551615", "2"), column(file, "unsigned"));
        assertEquals(Arrays.asList("0.1", "3", null), column(file, "float"));
        assertEquals(List.of("0.0000001", "100000000000000000000", "0"), column(file, "double"));
        assertEquals(List.of("12.50", "0.01", "-0.03"), column(file, "price"));
        assertEquals(List.of("one, two", "ä", ""), column(file, "text"));
        assertEquals(Arrays.asList(null, null, null), column(file, "raw"));
        try (PictureSource source = Sources.open(file, null)) {
            assertEquals(
                    List.of(
                            "columns without flags, numbers or text are left out: 'raw' (BYTE_ARRAY, not marked as text)"),
                    source.notes());
        }
    }

    @Test
    void aPlainColumnOfBytesWithAKnownNameHoldsThePictures() throws IOException {
        for (FieldRepetitionType repetition :
                new FieldRepetitionType[] {FieldRepetitionType.OPTIONAL, FieldRepetitionType.REQUIRED}) {
            Path file = new MadeParquet()
                    .column("label", Type.INT64, labels())
                    .column(MadeParquet.element("img", repetition).setType(Type.BYTE_ARRAY), MadePictures.all())
                    .write(temporary.resolve("plain.parquet"));
            DataSetManifest manifest = run(file);
            assertEquals(MadePictures.COUNT, manifest.images());
            assertEquals(1, manifest.columns().size());
        }
    }

    @Test
    void everyPlaceToGoOnFromGivesTheSameRest() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("two"));
        made(FieldRepetitionType.OPTIONAL)
                .codec(CompressionCodec.SNAPPY)
                .rows(3, 10)
                .write(folder.resolve("a.parquet"));
        made(FieldRepetitionType.REQUIRED).second().rows(4, 24).write(folder.resolve("b.parquet"));
        try (PictureSource source = Sources.open(folder, null)) {
            assertEquals("Parquet, 2 files", source.layout());
            assertEquals(OptionalLong.of(2 * MadePictures.COUNT), source.count());
        }
        List<SourcePicture> all = read(folder, 0);
        assertEquals(2 * MadePictures.COUNT, all.size());
        PictureDecoder decoder = new PictureDecoder(255);
        for (int first = 0; first <= all.size(); first++) {
            List<SourcePicture> rest = read(folder, first);
            assertEquals(all.size() - first, rest.size());
            for (int i = 0; i < rest.size(); i++) {
                SourcePicture expected = all.get(first + i);
                assertEquals(expected.name(), rest.get(i).name());
                assertEquals(expected.values(), rest.get(i).values());
                assertArrayEquals(
                        expected.content().decode(decoder).levels(),
                        rest.get(i).content().decode(decoder).levels(),
                        expected.name());
            }
        }
    }

    @Test
    void aVisitorThatHasEnoughGetsNoMore() throws IOException {
        Path file = made(FieldRepetitionType.OPTIONAL).write(temporary.resolve("enough.parquet"));
        AtomicInteger taken = new AtomicInteger();
        try (PictureSource source = Sources.open(file, null)) {
            source.read(2, picture -> taken.incrementAndGet() < 3);
        }
        assertEquals(3, taken.get());
    }

    @Test
    void onlyWhatBeginsAsParquetDoesIsTakenForIt() throws IOException {
        ParquetProvider provider = new ParquetProvider();
        Path file = temporary.resolve("x");
        for (String content : new String[] {"", "P", "PAR", "PAR2....", "xPAR1"}) {
            assertFalse(provider.recognises(Files.writeString(file, content)), content);
        }
        assertTrue(provider.recognises(Files.writeString(file, "PAR1")));
    }
}
