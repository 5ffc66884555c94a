package io.saddle.dataimport.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged, or that someone means harm with: refused with a clear reason. */
class HostileParquetTest {

    @TempDir
    Path temporary;

    private static MadeParquet made() {
        List<Long> labels = new ArrayList<>();
        for (int i = 0; i < MadePictures.COUNT; i++) {
            labels.add(MadePictures.label(i));
        }
        return new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, MadePictures.all())
                .column("label", Type.INT64, labels);
    }

    private Path file() {
        return temporary.resolve("hostile.parquet");
    }

    private static int read(Path file) throws IOException {
        List<String> names = new ArrayList<>();
        try (PictureSource source = Sources.open(file, null)) {
            source.read(0, picture -> names.add(picture.name()));
        }
        return names.size();
    }

    private static String refusal(Path file) {
        SourceException e = assertThrows(SourceException.class, () -> read(file));
        assertTrue(e.getMessage().contains("hostile.parquet"), e.getMessage());
        return e.getMessage();
    }

    @Test
    void whatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(
                made().codec(CompressionCodec.SNAPPY).rows(4, 9).write(file()));
        assertEquals(MadePictures.COUNT, read(file()));
        for (int size = 4; size < whole.length; size += size < 40 || whole.length - size < 600 ? 1 : 97) {
            Files.write(file(), Arrays.copyOf(whole, size));
            String refusal = refusal(file());
            assertTrue(refusal.contains("cut off") || refusal.contains("damaged"), refusal);
        }
    }

    /** Whatever stands there, the library's own exceptions do not come through. */
    @Test
    void damageAnywhereIsRefusedOrDoesNotMatter() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (CompressionCodec codec : new CompressionCodec[] {
            CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP, CompressionCodec.ZSTD
        }) {
            for (boolean second : new boolean[] {false, true}) {
                MadeParquet made = made().codec(codec).rows(4, 9);
                byte[] whole = Files.readAllBytes((second ? made.second() : made).write(file()));
                int footer = whole.length - 900;
                int refused = 0;
                for (int i = 0; i < 150; i++) {
                    byte[] damaged = whole.clone();
                    int at = i % 2 == 0 ? random.nextInt(4, whole.length) : random.nextInt(footer, whole.length);
                    damaged[at] ^= (byte) random.nextInt(1, 256);
                    Files.write(file(), damaged);
                    try {
                        read(file());
                    } catch (SourceException e) {
                        refused++;
                    }
                }
                assertTrue(refused > 15, codec + ": " + refused);
            }
        }
    }

    /** The same with dictionaries and bit-packed numbers. */
    @Test
    void damageInAnotherProgramsFilesIsRefusedOrDoesNotMatter() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        for (String name : new String[] {"duckdb-zstd-v1.parquet", "duckdb-snappy-v2.parquet"}) {
            byte[] whole;
            try (InputStream in = HostileParquetTest.class.getResourceAsStream("/" + name)) {
                whole = in.readAllBytes();
            }
            int refused = 0;
            for (int i = 0; i < 300; i++) {
                byte[] damaged = whole.clone();
                // Behind the pictures there is more that could be wrong.
                int at = i % 4 == 0
                        ? random.nextInt(4, whole.length)
                        : random.nextInt(whole.length - 1600, whole.length);
                damaged[at] ^= (byte) random.nextInt(1, 256);
                Files.write(file(), damaged);
                try {
                    read(file());
                } catch (SourceException e) {
                    refused++;
                }
            }
            assertTrue(refused > 40, name + ": " + refused);
        }
    }

    @Test
    void runsThatClaimMoreThanThereIsAreRefusedBeforeMemoryIsTaken() {
        byte[] claims = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
        assertFalse(PageContent.soundRuns(claims, 0, claims.length, 1));
        assertFalse(PageContent.soundRuns(claims, 0, 4, 1));
        byte[] dictionary = {0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
        assertFalse(PageContent.soundValues(dictionary, 0, Encoding.PLAIN_DICTIONARY, 8));
        // Blocks of 128 in 4 parts, and 2^31 - 1 values.
        byte[] delta = {(byte) 0x80, 1, 4, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0};
        assertFalse(PageContent.soundValues(delta, 0, Encoding.DELTA_BINARY_PACKED, 1000));
        // A run of 3 groups of eight bits.
        assertTrue(PageContent.soundRuns(new byte[] {7, 1, 2, 3}, 0, 4, 1));
    }

    /** A width below 0 leads back to the number that was read last, for ever. */
    @Test
    void numbersOfFewerThanNoBitsEndNothing() {
        byte[] dictionary = {-1, 3, 0, 0};
        assertFalse(assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> PageContent.soundValues(dictionary, 0, Encoding.PLAIN_DICTIONARY, 8)));
        assertFalse(PageContent.soundValues(new byte[] {33, 3, 0, 0}, 0, Encoding.PLAIN_DICTIONARY, 8));
        assertTrue(PageContent.soundValues(new byte[] {32, 3, 0, 0}, 0, Encoding.PLAIN_DICTIONARY, 8));
    }

    @Test
    void aRowGroupThatPromisesMoreThanThereIsIsRefused() throws IOException {
        Path rows = made().footerChange(footer -> {
                    footer.setNum_rows(1L << 60);
                    footer.getRow_groups().get(0).setNum_rows(1L << 60);
                    footer.getRow_groups()
                            .get(0)
                            .getColumns()
                            .forEach(column -> column.getMeta_data().setNum_values(1L << 60));
                })
                .write(file());
        String refusal = refusal(rows);
        assertTrue(refusal.contains("its pages end"), refusal);
        Path bytes = made().footerChange(footer -> footer.getRow_groups()
                        .get(0)
                        .getColumns()
                        .get(0)
                        .getMeta_data()
                        .setTotal_compressed_size(Long.MAX_VALUE))
                .write(file());
        refusal = refusal(bytes);
        assertTrue(refusal.contains("row group 0, column 'image.bytes'"), refusal);
        Path negative = made().footerChange(
                        footer -> footer.getRow_groups().get(0).setNum_rows(-1))
                .write(file());
        refusal = refusal(negative);
        assertTrue(refusal.contains("claims -1"), refusal);
    }

    @Test
    void aPageThatPromisesMoreThanThereIsIsRefused() throws IOException {
        for (CompressionCodec codec : new CompressionCodec[] {
            CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP, CompressionCodec.ZSTD
        }) {
            for (int size : new int[] {Integer.MAX_VALUE, 400 << 20, 1 << 14, 7, 0, -1}) {
                Path file = made().codec(codec)
                        .pageChange(page -> page.setUncompressed_page_size(size))
                        .write(file());
                String refusal = refusal(file);
                assertTrue(
                        refusal.contains("MiB") || refusal.contains("does not unpack") || refusal.contains("where"),
                        refusal);
            }
        }
        String refusal = refusal(
                made().pageChange(page -> page.setCompressed_page_size(1 << 30)).write(file()));
        assertTrue(refusal.contains("are left"), refusal);
        refusal = refusal(made().pageChange(page -> page.getData_page_header().setNum_values(1 << 30))
                .write(file()));
        assertTrue(refusal.contains("a page of 1073741824 values"), refusal);
    }

    @Test
    void aPageInAnotherEncodingThanItSaysIsRefused() throws IOException {
        for (org.apache.parquet.format.Encoding encoding : org.apache.parquet.format.Encoding.values()) {
            if (encoding != org.apache.parquet.format.Encoding.PLAIN) {
                Path file = made().pageChange(page -> page.getData_page_header().setEncoding(encoding))
                        .write(file());
                assertTrue(refusal(file).contains("damaged"), encoding.toString());
            }
        }
    }

    @Test
    void aPictureLargerThanAnyIsRefused() throws IOException {
        Path file = new MadeParquet()
                .image(FieldRepetitionType.OPTIONAL, List.of(MadePictures.png(0), new byte[(64 << 20) + 1]))
                .codec(CompressionCodec.ZSTD)
                .write(file());
        String refusal = refusal(file);
        assertTrue(refusal.contains("row 1: 64 MiB, more than 64"), refusal);
    }

    @Test
    void tooManyColumnsAreRefused() throws IOException {
        MadeParquet made = made();
        for (int i = 0; i < 1024; i++) {
            List<Boolean> flags = new ArrayList<>();
            for (int row = 0; row < MadePictures.COUNT; row++) {
                flags.add(true);
            }
            made.column("c" + i, Type.BOOLEAN, flags);
        }
        String refusal = refusal(made.write(file()));
        assertTrue(refusal.contains("1025 columns beside the pictures; at most 1024"), refusal);
    }

    @Test
    void aFileWithoutPicturesSaysWhatItHas() throws IOException {
        Path file = new MadeParquet()
                .column("label", Type.INT64, List.of(1L))
                .column("image", Type.INT32, List.of(1))
                .column("a\nb", Type.INT32, List.of(1))
                .write(file());
        String refusal = refusal(file);
        assertTrue(refusal.contains("has no column of pictures"), refusal);
        assertTrue(refusal.contains("it has 'label', 'image', 'a?b'"), refusal);
    }

    @Test
    void aCompressionThatIsNotReadIsNamed() throws IOException {
        String refusal = refusal(made().codec(CompressionCodec.BROTLI).write(file()));
        assertTrue(refusal.contains("compressed by BROTLI"), refusal);
    }

    @Test
    void aSchemaThatIsNoTreeIsRefused() throws IOException {
        for (int children : new int[] {-1, 3, Integer.MAX_VALUE}) {
            Path file = made().footerChange(footer -> {
                        SchemaElement group = footer.getSchema().get(1);
                        group.setNum_children(children);
                    })
                    .write(file());
            assertTrue(refusal(file).contains("damaged"), Integer.toString(children));
        }
    }

    @Test
    void metadataThatIsNoJsonIsRefused() throws IOException {
        String refusal = refusal(made().metadata("{\"info\":").write(file()));
        assertTrue(refusal.contains("'huggingface' is no JSON"), refusal);
    }

    /** The disk's error was told as damage, which ended the import for good. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "no Linux: a file that the disk does not give was not tried")
    void aFileThatTheDiskDoesNotGiveIsNotDamaged() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("two"));
        made().write(folder.resolve("a.parquet"));
        Path second = made().write(folder.resolve("b.parquet"));
        try (PictureSource source = Sources.open(folder, null)) {
            IOException away = assertThrows(
                    IOException.class,
                    () -> source.read(0, picture -> {
                        if (!Files.isSymbolicLink(second)) {
                            Files.delete(second);
                            Files.createSymbolicLink(second, Path.of("/proc/self/mem"));
                        }
                        return true;
                    }));
            assertFalse(away instanceof SourceException, away.toString());
            assertTrue(
                    away.getMessage().startsWith(second + ", column 'image.bytes' cannot be read now: "),
                    away.getMessage());
        }
    }

    /** A file that was too large for the memory that there was had to be fetched again, which helped nobody. */
    @Test
    void memoryThatIsShortIsNotDamageAlone() throws IOException {
        IOException ended = Rows.refusal("x.parquet, row 3", new OutOfMemoryError("Java heap space"));
        assertFalse(ended instanceof SourceException, ended.toString());
        assertTrue(ended.getMessage().startsWith("x.parquet, row 3: "), ended.getMessage());
        assertTrue(ended.getMessage().contains("JAVA_TOOL_OPTIONS=-Xmx4g"), ended.getMessage());
        assertTrue(ended.getMessage().contains("fetch the file again"), ended.getMessage());
        assertInstanceOf(
                SourceException.class,
                Rows.refusal("x.parquet, row 3", new OutOfMemoryError("Requested array size exceeds VM limit")));
    }

    @Test
    void anEncryptedFileIsRefused() throws IOException {
        byte[] content = Files.readAllBytes(made().write(file()));
        System.arraycopy("PARE".getBytes(StandardCharsets.US_ASCII), 0, content, content.length - 4, 4);
        Files.write(file(), content);
        assertTrue(refusal(file()).contains("is encrypted"));
    }
}
