package io.saddle.dataimport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataimport.picture.Resampling;
import io.saddle.dataimport.source.SourceException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that someone means harm with: refused with a clear reason, and nothing is left of them. */
class HostileSourcesTest {

    @TempDir
    Path temporary;

    private String refusal(Path source) throws IOException {
        AtomicInteger puts = new AtomicInteger();
        ImportOptions options = new ImportOptions("made", null, 8, 3, Resampling.BOX, 255, 0.01, 2, null);
        SourceException e = assertThrows(
                SourceException.class,
                () -> new DataSetImport(source, options, (at, total) -> {})
                        .run(
                                temporary.resolve("work"),
                                content -> {
                                    Path target = Files.createDirectories(temporary.resolve("target"));
                                    content.write(target);
                                    puts.incrementAndGet();
                                    return null;
                                },
                                Instant.EPOCH));
        assertFalse(Files.exists(temporary.resolve("work")), "the chunks are gone");
        assertEquals(0, puts.get());
        assertTrue(e.getMessage().contains(source.getFileName().toString()), e.getMessage());
        return e.getMessage();
    }

    private static Map<String, byte[]> with(String name, byte[] content) {
        Map<String, byte[]> files = new LinkedHashMap<>(MadeSources.samples());
        files.put(name, content);
        return files;
    }

    private String tar(String name, byte[] content) throws IOException {
        return refusal(MadeSources.tar(temporary.resolve("hostile.tar"), with(name, content)));
    }

    private String zip(String name, byte[] content) throws IOException {
        return refusal(MadeSources.zip(temporary.resolve("hostile.zip"), with(name, content)));
    }

    @Test
    void namesThatLeadOutOfTheArchiveAreRefused() throws IOException {
        assertTrue(tar("a/../../x.png", MadeSources.png(1)).contains("leads out of the archive"));
        assertTrue(zip("../x.png", MadeSources.png(1)).contains("leads out of the archive"));
        assertTrue(tar("/etc/x.png", MadeSources.png(1)).contains("is absolute"));
        assertTrue(zip("C:\\x.png", MadeSources.png(1)).contains("is absolute"));
        assertTrue(zip("\\x.png", MadeSources.png(1)).contains("is absolute"));
        assertTrue(tar("a\\..\\..\\x.png", MadeSources.png(1)).contains("leads out of the archive"));
    }

    @Test
    void namesWithLineBreaksAreRefused() throws IOException {
        String refusal = zip("a\nb.png", MadeSources.png(1));
        assertTrue(refusal.contains("'a?b.png' has line breaks"), refusal);
        assertTrue(tar("a\nb.png", MadeSources.png(1)).contains("has line breaks"));
    }

    /** Two names became one of question marks. */
    @Test
    void classesAndTextsOfATarThatAreNoUtf8AreRefused() throws IOException {
        for (String ending : new String[] {"cls", "txt"}) {
            Map<String, byte[]> sample = new LinkedHashMap<>();
            sample.put("0.png", MadeSources.png(0));
            sample.put("0." + ending, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
            String refusal = refusal(MadeSources.tar(temporary.resolve("latin.tar"), sample));
            assertTrue(
                    refusal.endsWith("latin.tar: 0." + ending + ", line 1: no UTF-8: save the file as UTF-8"), refusal);
        }
    }

    @Test
    void anArchiveInAnArchiveIsRefused() throws IOException {
        assertTrue(tar("inner.tar", new byte[1024]).contains("an archive in an archive"));
        assertTrue(zip("inner.tar.gz", new byte[10]).contains("an archive in an archive"));
    }

    /** 200 MiB of nothing in some hundred bytes. */
    @Test
    void aFileThatUnpacksToMoreThanAnyPictureIsNotUnpacked() throws IOException {
        assertTrue(zip("bomb.png", new byte[200 << 20]).contains("unpacks to more than 64 MiB"));
    }

    @Test
    void linksAndDevicesAreRefused() throws IOException {
        for (byte kind : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR}) {
            Path file = temporary.resolve("links.tar");
            try (OutputStream out = Files.newOutputStream(file);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                TarArchiveEntry entry = new TarArchiveEntry("x.png", kind);
                entry.setLinkName("/etc/passwd");
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            String refusal = refusal(file);
            assertTrue(refusal.contains("is a link or a device"), kind + ": " + refusal);
        }
    }

    /** GNU's header of 512 bytes for 8 GiB of zeros: a hundred of them, and their names are read for half an hour. */
    @Test
    void filesWithHolesAreRefused() throws IOException {
        ByteBuffer tar = ByteBuffer.allocate(3 * 512);
        tar.put(0, "x.txt".getBytes(StandardCharsets.US_ASCII));
        for (int octal : new int[] {100, 108, 116}) {
            tar.put(octal, "0000000".getBytes(StandardCharsets.US_ASCII));
        }
        for (int octal : new int[] {124, 136, 398}) {
            tar.put(octal, "00000000000".getBytes(StandardCharsets.US_ASCII));
        }
        tar.put(156, (byte) TarConstants.LF_GNUTYPE_SPARSE).put(257, "ustar  ".getBytes(StandardCharsets.US_ASCII));
        for (int size : new int[] {386, 483}) {
            tar.put(size, "77777777777".getBytes(StandardCharsets.US_ASCII));
        }
        int sum = 8 * ' ';
        for (byte value : tar.array()) {
            sum += value;
        }
        tar.put(148, String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII));
        String refusal = refusal(Files.write(temporary.resolve("holes.tar"), tar.array()));
        assertTrue(refusal.contains("a file with holes"), refusal);
    }

    @Test
    void whatIsCutOffIsRefused() throws IOException {
        for (String name : new String[] {"cut.tar", "cut.zip"}) {
            Path file = temporary.resolve(name);
            if (name.endsWith("tar")) {
                MadeSources.tar(file, MadeSources.samples());
            } else {
                MadeSources.zip(file, MadeSources.classFolders());
            }
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length / 2 + 77));
            assertTrue(refusal(file).contains("cut off"), name);
        }
    }

    /** The check sum stands behind the last byte that anybody needs. */
    @Test
    void aPackedFileWhoseCheckSumDoesNotFitIsRefused() throws IOException {
        Path tar = MadeSources.tar(temporary.resolve("packed.tar"), MadeSources.samples());
        for (Path file : new Path[] {MadeSources.idx(temporary.resolve("idx")), MadeSources.packed(tar)}) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 8] ^= 1;
            Files.write(file, bytes);
            assertTrue(refusal(file).contains("damaged"), file.toString());
        }
    }

    @Test
    void anIdxFileWithMoreImagesThanItSaysIsRefused() throws IOException {
        Path images = MadeSources.idx(temporary.resolve("idx"));
        byte[] bytes;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(images))) {
            bytes = in.readAllBytes();
        }
        Files.write(images, Arrays.copyOf(bytes, bytes.length + 1));
        assertTrue(refusal(images).contains("more bytes than its header says"));
    }

    /** Neither within the next header nor before it: nothing but the missing mark at its end tells. */
    @Test
    void aTarThatIsCutOffBetweenTwoFilesIsRefused() throws IOException {
        Path file = MadeSources.tar(temporary.resolve("cut.tar"), MadeSources.samples());
        byte[] whole = Files.readAllBytes(file);
        int header = header(whole, "000012.");
        for (int end : new int[] {header, header + 100}) {
            Files.write(file, Arrays.copyOf(whole, end));
            assertTrue(refusal(file).contains("cut off"), "at " + end);
        }
    }

    private static int header(byte[] tar, String name) {
        for (int at = 0; at + 512 <= tar.length; at += 512) {
            if (new String(tar, at, name.length(), StandardCharsets.US_ASCII).equals(name)) {
                return at;
            }
        }
        throw new IllegalArgumentException(name);
    }

    @Test
    void aZipWhoseHeadersLieIsRefused() throws IOException {
        for (int field : new int[] {16, 24}) {
            Path file = MadeSources.zip(temporary.resolve("lying.zip"), MadeSources.classFolders());
            byte[] content = Files.readAllBytes(file);
            for (int at = 0; at + 46 <= content.length; at++) {
                if (content[at] == 'P' && content[at + 1] == 'K' && content[at + 2] == 1 && content[at + 3] == 2) {
                    content[at + field]++;
                }
            }
            Files.write(file, content);
            assertTrue(refusal(file).contains("it is damaged in the archive"), "field " + field);
        }
    }

    /** The error named neither the archive nor the table. */
    @Test
    void aTableThatIsDamagedInAZipIsRefused() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a.png", MadeSources.png(0));
        files.put("metadata.csv", "file_name,x\na.png,1\n".getBytes(StandardCharsets.UTF_8));
        Path file = MadeSources.zip(temporary.resolve("table.zip"), files);
        byte[] content = Files.readAllBytes(file);
        content[new String(content, StandardCharsets.ISO_8859_1).lastIndexOf("metadata.csv") - 30]++;
        Files.write(file, content);
        String refusal = refusal(file);
        assertTrue(refusal.contains("table.zip/metadata.csv: it is damaged in the archive"), refusal);
    }

    @Test
    void aFileOfAFolderWhoseNameHasLineBreaksIsRefused() throws IOException {
        Path folder = MadeSources.folder(temporary.resolve("folder"), MadeSources.classFolders());
        Files.write(folder.resolve("a\nb.png"), MadeSources.png(1));
        String refusal = refusal(folder);
        assertTrue(refusal.contains("'a?b.png' has line breaks"), refusal);
    }

    /** Together the first of them would not fit by far. */
    @Test
    void largePicturesFitInASmallHeap() throws Exception {
        int side = 1000;
        Path folder = Files.createDirectories(temporary.resolve("large/one"));
        Path first = folder.resolve("0.png");
        ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", first.toFile());
        for (int i = 1; i < 70; i++) {
            Files.copy(first, folder.resolve(i + ".png"));
        }
        Path log = temporary.resolve("log");
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx80m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallImport.class.getName(),
                        temporary.resolve("large").toString(),
                        temporary.resolve("work").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertEquals(0, small.waitFor(), Files.readString(log));
    }

    /** Imports a folder to nowhere. */
    static final class SmallImport {
        private SmallImport() {}

        public static void main(String[] arguments) throws IOException {
            new DataSetImport(
                            Path.of(arguments[0]),
                            new ImportOptions("made", null, 8, 3, Resampling.BOX, 255, 0.01, 1, null),
                            (at, total) -> {})
                    .run(Path.of(arguments[1]), content -> null, Instant.EPOCH);
        }
    }

    @Test
    void aMillionColumnsAreRefused() throws IOException {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 1_000_000; i++) {
            json.append(i == 0 ? "" : ",").append("\"c").append(i).append("\":1");
        }
        String refusal = tar("000000.json", json.append('}').toString().getBytes(StandardCharsets.UTF_8));
        assertTrue(refusal.contains("1000000 columns; at most 1024 are taken"), refusal);
    }

    /** Each has few, and all together too many. */
    @Test
    void columnsThatDifferFromPictureToPictureAreCountedTogether() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < MadeSources.COUNT; i++) {
            files.put(MadeSources.name(i) + ".png", MadeSources.png(i));
            StringBuilder json = new StringBuilder("{\"x\": 1");
            for (int j = 0; j < 100; j++) {
                json.append(", \"c" + i + "-" + j + "\": 1");
            }
            files.put(MadeSources.name(i) + ".json", json.append("}").toString().getBytes(StandardCharsets.UTF_8));
        }
        Path source = MadeSources.tar(temporary.resolve("columns.tar"), files);
        String refusal = refusal(source);
        assertTrue(refusal.contains("more than 1024 columns"), refusal);
    }

    @Test
    void aTarWhoseHeaderPromisesMoreThanThereIsIsRefused() throws IOException {
        Path file = MadeSources.tar(temporary.resolve("sizes.tar"), MadeSources.samples());
        byte[] content = Files.readAllBytes(file);
        // The size of the last picture's values, in octal digits, and the header's sum.
        int header = header(content, "000023.json");
        System.arraycopy("77777777777".getBytes(StandardCharsets.US_ASCII), 0, content, header + 124, 11);
        Arrays.fill(content, header + 148, header + 156, (byte) ' ');
        int sum = 0;
        for (int i = header; i < header + 512; i++) {
            sum += content[i] & 0xff;
        }
        System.arraycopy(
                String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, content, header + 148, 8);
        Files.write(file, content);
        String refusal = refusal(file);
        assertTrue(refusal.contains("damaged or cut off"), refusal);
    }

    private static Path npz(String name) {
        return Path.of("src", "test", "resources", "npz", name);
    }

    @Test
    void whatNumpyWritesAndIsNoUint8ImageIsRefusedWithTheReason() throws IOException {
        assertTrue(refusal(npz("floats.npz")).contains("images are uint8 of 0 to 255, these are f4"));
        assertTrue(refusal(npz("objects.npz")).contains("Python objects are not read"));
        assertTrue(refusal(npz("fortran.npz")).contains("numpy.ascontiguousarray"));
        assertTrue(refusal(npz("channels-first.npz")).contains("these are [2, 3, 4, 5]"));
        assertTrue(refusal(npz("few-labels.npz")).contains("labels are [N] or [N, 1] with N = 2, these are [3]"));
        assertTrue(refusal(npz("text-labels.npz")).contains("labels are whole numbers, these are U3"));
        assertTrue(refusal(npz("twice.npz")).contains("has images twice, images.npy and x.npy"));
        assertTrue(refusal(npz("no-images.npz")).contains("it has [features.npy]"));
    }

    /** A header as numpy writes it, and as many bytes as wished. */
    private static byte[] npy(String shape, int bytes) {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }\n";
        byte[] array = new byte[10 + header.length() + bytes];
        System.arraycopy(
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0}, 0, array, 0, 10);
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, array, 10, header.length());
        return array;
    }

    @Test
    void anArrayThatIsNotWhatItsHeaderSaysTakesNoMemory() throws IOException {
        for (String shape :
                new String[] {"2, 4, 4", "2000000000, 2000, 2000", "2147483647, 2147483647, 2147483647, 3"}) {
            Path file = MadeSources.zip(temporary.resolve("sizes.npz"), Map.of("images.npy", npy(shape, 31)));
            assertTrue(refusal(file).contains("it is damaged"), shape);
        }
        Path large = MadeSources.zip(
                temporary.resolve("large.npz"), Map.of("images.npy", npy("1, 10000, 10000", 100_000_000)));
        assertTrue(refusal(large).contains("more than 64 MiB"));
        for (String shape : new String[] {"99999999999, 2, 2", "0, 4, 4", "1,1,1,1,1,1,1,1,1,1"}) {
            Path file = MadeSources.zip(temporary.resolve("shapes.npz"), Map.of("images.npy", npy(shape, 31)));
            assertTrue(refusal(file).contains("which no images or labels have"), shape);
        }
    }

    @Test
    void anNpzThatIsDamagedOrCutOffIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(npz("stored.npz"));
        Path cut = Files.write(temporary.resolve("cut.npz"), Arrays.copyOf(whole, whole.length / 2));
        assertTrue(refusal(cut).contains("damaged or cut off"));
        whole[200] ^= 1;
        Path changed = Files.write(temporary.resolve("changed.npz"), whole);
        assertTrue(refusal(changed).contains("its checksum is another one"));
    }
}
