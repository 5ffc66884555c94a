package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFileTest {
    private static final double[] TABLE = {0, 0.25, 0.5, 0.75, 1, 1.25};

    @TempDir
    Path folder;

    /** Files that numpy wrote: {@code src/test/python/npz_fixtures.py}. */
    private static Path fromNumpy(String name) throws URISyntaxException {
        return Path.of(NpzFileTest.class.getResource("/npz/" + name).toURI());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "fortran", "big"})
    void shouldReadEveryOrderOfElementsAndBytes(String name) throws Exception {
        try (NpzFile npz = NpzFile.open(fromNumpy("orders.npz"))) {
            assertEquals(List.of("c", "fortran", "big", "whole", "scalar"), npz.names());
            assertArrayEquals(new int[] {2, 3}, npz.get(name).shape());
            assertArrayEquals(TABLE, npz.get(name).values());
        }
    }

    @Test
    void shouldReadIntegersScalarsAndTheLongHeaderOfVersionTwo() throws Exception {
        try (NpzFile npz = NpzFile.open(fromNumpy("orders.npz"));
                NpzFile second = NpzFile.open(fromNumpy("version-2.npz"))) {
            assertArrayEquals(new double[] {-1, 0, 1}, npz.get("whole").values());
            assertArrayEquals(new int[0], npz.get("scalar").shape());
            assertArrayEquals(new double[] {2.5}, npz.get("scalar").values());
            assertArrayEquals(TABLE, second.get("c").values());
        }
    }

    @Test
    void shouldReadBackWhatItWrites() throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("vector", NpyArray.vector(1, -0.0, Math.PI));
        arrays.put("square", NpyArray.square(2, new double[] {1, 2, 3, 4}));
        arrays.put("scalar", new NpyArray(new int[0], new double[] {7}));
        Path file = folder.resolve("own.npz");
        NpzFile.write(file, arrays);
        try (NpzFile npz = NpzFile.open(file)) {
            assertEquals(List.copyOf(arrays.keySet()), npz.names());
            for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
                assertArrayEquals(
                        array.getValue().shape(), npz.get(array.getKey()).shape());
                assertArrayEquals(
                        array.getValue().values(), npz.get(array.getKey()).values());
            }
        }
    }

    /** One bit of a mean, which is as good a number as it was. */
    @Test
    void shouldNoticeAChangedBit() throws IOException {
        Path file = folder.resolve("bit.npz");
        NpzFile.write(file, Map.of("mu", new NpyArray(new int[] {3}, new double[] {1, 2, 3})));
        byte[] content = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int at = IntStream.range(0, content.length - Double.BYTES)
                .filter(i -> bytes.getDouble(i) == 2)
                .findFirst()
                .orElseThrow();
        content[at + 6] ^= 8;
        Files.write(file, content);
        try (NpzFile npz = NpzFile.open(file)) {
            assertEquals(
                    file + ": array mu: it is damaged, fetch it again: its content is not what its check sum is of",
                    assertThrows(IOException.class, () -> npz.get("mu")).getMessage());
        }
    }

    @Test
    void shouldAlignTheDataAsNumpyDoes() {
        byte[] bytes = NpyArray.vector(1).toBytes();
        assertEquals(0, (bytes.length - Double.BYTES) % 64);
        assertEquals('\n', bytes[bytes.length - Double.BYTES - 1]);
        assertTrue(new String(bytes, StandardCharsets.ISO_8859_1).contains("'shape': (1,), }"));
    }

    @Test
    void shouldNameFileArrayAndRemedy() throws Exception {
        try (NpzFile npz = NpzFile.open(fromNumpy("object.npz"))) {
            IOException objects = assertThrows(IOException.class, () -> npz.get("mu"));
            assertTrue(
                    objects.getMessage()
                            .endsWith("object.npz: array mu: its elements are not float64 or float32 but '|O';"
                                    + " save it as .astype('float64')"),
                    objects.getMessage());
            IOException missing = assertThrows(IOException.class, () -> npz.get("mean"));
            assertTrue(
                    missing.getMessage().endsWith("object.npz: no array mean; there are [mu, sigma]"),
                    missing.getMessage());
        }
        Path none = folder.resolve("none.npz");
        assertTrue(assertThrows(IOException.class, () -> NpzFile.open(none))
                .getMessage()
                .endsWith("none.npz: no such file"));
        Path text = Files.writeString(folder.resolve("text.npz"), "no zip");
        assertTrue(assertThrows(IOException.class, () -> NpzFile.open(text))
                .getMessage()
                .contains("text.npz: no .npz file"));
    }

    @Test
    void shouldNotTakeMemoryForWhatIsNotThere() {
        byte[] bytes = NpyArray.vector(1, 2, 3).toBytes();
        byte[] larger = new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("(3,), }     ", "(123456,), }")
                .getBytes(StandardCharsets.ISO_8859_1);
        IOException wrong = assertThrows(IOException.class, () -> read(larger));
        assertTrue(
                wrong.getMessage().startsWith("x: its header announces 987776 bytes, it has 152"), wrong.getMessage());
        byte[] huge = new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("(3,), }         ", "(99999999999,), }")
                .getBytes(StandardCharsets.ISO_8859_1);
        IOException tooLarge = assertThrows(IOException.class, () -> read(huge));
        assertTrue(tooLarge.getMessage().contains("more than one array can hold"), tooLarge.getMessage());
        IOException cut = assertThrows(IOException.class, () -> read(Arrays.copyOf(bytes, 20)));
        assertTrue(cut.getMessage().contains("cut short"), cut.getMessage());
        IOException no = assertThrows(IOException.class, () -> read(new byte[200]));
        assertTrue(no.getMessage().contains("no numpy array"), no.getMessage());
    }

    private static NpyArray read(byte[] bytes) throws IOException {
        return NpyArray.read("x", new ByteArrayInputStream(bytes), bytes.length);
    }
}
