package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as numpy's arrays: read whole, or refused with an {@link IOException}. */
@Timeout(10)
class NpzFuzzTest {

    private static Path file;

    @BeforeAll
    static void makeFile() throws IOException {
        file = Files.createTempFile("fuzz", ".npz");
    }

    @AfterAll
    static void removeFile() throws IOException {
        Files.deleteIfExists(file);
    }

    private static byte[] npy(String header, int data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(10 + text.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    static Stream<byte[]> arrays() {
        return Stream.of(
                new byte[0],
                NpyArray.vector(1, 2).toBytes(),
                NpyArray.square(2, new double[4]).toBytes(),
                npy("{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3), }", 24),
                npy("{'descr': '<f8', 'fortran_order': True, 'shape': (" + "1,".repeat(4000) + "64), }", 512),
                npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 0, 5), }", 0),
                npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }", 16));
    }

    @MethodSource("arrays")
    @FuzzTest
    void anArrayIsReadOrRefused(byte[] content) {
        try {
            NpyArray read = NpyArray.read("fuzz", new ByteArrayInputStream(content), content.length);
            int elements = 1;
            for (int dimension : read.shape()) {
                elements *= dimension;
            }
            assertEquals(elements, read.values().length);
        } catch (IOException refused) {
            // As documented.
        }
    }

    static Stream<byte[]> archives() throws IOException {
        NpzFile.write(file, Map.of("mu", NpyArray.vector(1, 2)));
        byte[] small = Files.readAllBytes(file);
        NpzFile.write(file, Map.of("mu", NpyArray.vector(1), "sigma", NpyArray.square(1, new double[] {3})));
        return Stream.of(new byte[0], small, Files.readAllBytes(file));
    }

    @MethodSource("archives")
    @FuzzTest
    void anArchiveIsReadOrRefused(byte[] content) throws IOException {
        Files.write(file, content);
        try (NpzFile archive = NpzFile.open(file)) {
            for (String name : archive.names()) {
                archive.get(name);
            }
        } catch (IOException refused) {
            // As documented.
        }
    }
}
