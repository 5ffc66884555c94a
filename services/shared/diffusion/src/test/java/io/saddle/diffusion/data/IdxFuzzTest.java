package io.saddle.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as an IDX file: read whole, or refused with an {@link IOException}. */
@Timeout(10)
class IdxFuzzTest {

    private static byte[] idx(int data, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + data).putInt(0x800 | shape.length);
        IntStream.of(shape).forEach(bytes::putInt);
        return bytes.array();
    }

    private static byte[] zipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    static Stream<byte[]> seeds() throws IOException {
        return Stream.of(
                new byte[0],
                idx(3, 3),
                idx(8, 2, 2, 2),
                zipped(idx(8, 2, 2, 2)),
                idx(0, 65_536, 65_536, 65_536, 65_536),
                idx(0, 65_535, 65_535, 65_535, 65_535));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] content) throws IOException {
        IdxFile read;
        try {
            read = IdxFile.read("fuzz", new ByteArrayInputStream(content));
        } catch (IOException refused) {
            assertThrows(IOException.class, () -> IdxFile.measure("fuzz", new ByteArrayInputStream(content)));
            return;
        }
        assertArrayEquals(
                read.shape(),
                IdxFile.measure("fuzz", new ByteArrayInputStream(content)).shape());
        assertEquals(Arrays.stream(read.shape()).asLongStream().reduce(1, Math::multiplyExact), read.data().length);
    }
}
