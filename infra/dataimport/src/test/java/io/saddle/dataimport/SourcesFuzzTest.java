package io.saddle.dataimport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as what people import data sets from: read whole, or refused with an {@link IOException}. */
@Timeout(10)
class SourcesFuzzTest {

    private static final byte[] NO_PICTURE = {1, 2, 3};

    private static Path folder;

    @BeforeAll
    static void makeFolder() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("fuzz");
            Files.createDirectory(folder.resolve("pictures"));
            Files.write(folder.resolve("pictures/a.png"), NO_PICTURE);
        }
    }

    @AfterAll
    static void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
        folder = null;
    }

    private static Path file(String name, byte[] content) throws IOException {
        makeFolder();
        return Files.write(folder.resolve(name), content);
    }

    /** The number of pictures, readable or not; -1 if the source was refused, as documented. */
    private static int read(Path source, Path attributes) {
        int[] found = new int[1];
        try (PictureSource pictures = Sources.open(source, attributes)) {
            pictures.read(0, picture -> {
                found[0]++;
                try {
                    picture.content().decode(new PictureDecoder(255));
                } catch (IOException unreadable) {
                    // One picture: the import says so and goes on.
                }
                return true;
            });
            return found[0];
        } catch (IOException refused) {
            return -1;
        }
    }

    /** Seeds that never got to a reader would leave nothing to fuzz. */
    @Test
    void theSeedsAreReadAsWhatTheyAre() throws IOException {
        assertEquals(
                List.of(-1, 1, 1, -1, 1, -1, 1),
                zips().map(content -> content("fuzz.zip", content, null)).toList());
        assertEquals(
                List.of(-1, 2),
                tars().map(content -> content("fuzz.tar", content, null)).toList());
        assertEquals(
                List.of(2, 1, -1, -1),
                idxFiles()
                        .map(content -> content("fuzz-idx3-ubyte", content, null))
                        .toList());
        assertEquals(
                List.of(-1, 1, 1),
                npzFiles().map(content -> content("fuzz.npz", content, null)).toList());
        assertEquals(
                List.of(-1, 1, -1, 1, 1, -1, 1, 1),
                tables().map(content -> content("fuzz.csv", content, folder.resolve("pictures")))
                        .toList());
    }

    /** @param pictures of which the file is the table of attributes; null: it is the source */
    private static int content(String name, byte[] content, Path pictures) {
        try {
            Path file = file(name, content);
            return pictures == null ? read(file, null) : read(pictures, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> with(String table, String content) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a/b.png", NO_PICTURE);
        files.put(table, utf8(content));
        return files;
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        return Files.readAllBytes(MadeSources.zip(file("seed.zip", NO_PICTURE), files));
    }

    static Stream<byte[]> zips() throws IOException {
        return Stream.of(
                utf8("PK"),
                zip(Map.of("a/b.png", NO_PICTURE)),
                zip(with("metadata.csv", "file_name,class\na/b.png,1\n")),
                zip(with("metadata.csv", "file_name,class\n")),
                zip(with("dataset.json", "{\"labels\": [[\"a/b.png\", 1]]}")),
                zip(with("dataset.json", "{\"labels\": [{\"a\": 1, \"b\": 2}]}")),
                zip(with("dataset.json", "{\"labels\": []}")));
    }

    @MethodSource("zips")
    @FuzzTest
    void aZipIsReadOrRefused(byte[] content) throws IOException {
        read(file("fuzz.zip", content), null);
    }

    static Stream<byte[]> tars() throws IOException {
        Map<String, byte[]> sample = new LinkedHashMap<>();
        sample.put("a.png", NO_PICTURE);
        sample.put("a.cls", utf8("1"));
        sample.put("b.png", NO_PICTURE);
        sample.put("b.json", utf8("{\"smiles\": true}"));
        sample.put("x".repeat(120) + ".txt", utf8("text"));
        return Stream.of(new byte[0], Files.readAllBytes(MadeSources.tar(file("seed.tar", NO_PICTURE), sample)));
    }

    @MethodSource("tars")
    @FuzzTest
    void aTarIsReadOrRefused(byte[] content) throws IOException {
        read(file("fuzz.tar", content), null);
    }

    private static byte[] idx(int data, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + data).putInt(0x800 | shape.length);
        IntStream.of(shape).forEach(bytes::putInt);
        return bytes.array();
    }

    static Stream<byte[]> idxFiles() {
        return Stream.of(idx(8, 2, 2, 2), idx(12, 1, 3, 2, 2), idx(0, 1, 65_536, 65_536), idx(0, 2, 3, 30_000, 20_000));
    }

    @MethodSource("idxFiles")
    @FuzzTest
    void anIdxFileIsReadOrRefused(byte[] content) throws IOException {
        read(file("fuzz-idx3-ubyte", content), null);
    }

    static Stream<byte[]> npzFiles() throws IOException {
        byte[] header = utf8("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2), }");
        byte[] array = ByteBuffer.allocate(10 + header.length + 4)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0})
                .put(header)
                .array();
        return Stream.of(utf8("PK"), zip(Map.of("images.npy", array)), zip(Map.of("train_x.npy", array)));
    }

    @MethodSource("npzFiles")
    @FuzzTest
    void anNpzFileIsReadOrRefused(byte[] content) throws IOException {
        read(file("fuzz.npz", content), null);
    }

    static Stream<byte[]> tables() {
        return Stream.of(
                        "",
                        "1\nSmiling Label\na.png 1 -1\n",
                        "99999999999\nSmiling\na.png 1\n",
                        "a.png 0\nb.png 2\n",
                        "file_name,Smiling\na.png,1\n\"b\",\"one, \"\"two\"\n",
                        "file_name,Smiling\n",
                        "{\"file_name\": \"a.png\", \"Smiling\": true, \"box\": [1, 2]}\n",
                        "{\"file_name\": \"a.png\", \"Smiling\": 1e999999999}\n")
                .map(SourcesFuzzTest::utf8);
    }

    @MethodSource("tables")
    @FuzzTest
    void aTableOfAttributesIsReadOrRefused(byte[] content) throws IOException {
        read(folder.resolve("pictures"), file("fuzz.csv", content));
    }
}
