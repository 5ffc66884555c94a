package io.saddle.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
    @TempDir
    Path folder;

    private static byte[] idx(int dataBytes, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + dataBytes);
        bytes.putInt(0x800 | shape.length);
        for (int dimension : shape) {
            bytes.putInt(dimension);
        }
        for (int i = 0; i < dataBytes; i++) {
            bytes.put((byte) (i * 50));
        }
        return bytes.array();
    }

    private static byte[] zipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    private static String refusal(byte[] content) {
        String message = assertThrows(
                        IOException.class, () -> IdxFile.read("digits", new ByteArrayInputStream(content)))
                .getMessage();
        assertEquals(
                message,
                assertThrows(IOException.class, () -> IdxFile.measure("digits", new ByteArrayInputStream(content)))
                        .getMessage(),
                "to pass over the values refuses the same");
        return message;
    }

    private String open(byte[] images, byte[] labels) throws IOException {
        Path a = Files.write(folder.resolve("images"), images);
        Path b = Files.write(folder.resolve("labels"), labels);
        return assertThrows(
                        IOException.class,
                        () -> DataSets.open(a.toString(), b.toUri().toString()))
                .getMessage();
    }

    @Test
    void shouldReadPlainAndZippedFiles() throws IOException {
        byte[] plain = idx(8, 2, 2, 2);
        for (byte[] content : new byte[][] {plain, zipped(plain)}) {
            IdxFile file = IdxFile.read("digits", new ByteArrayInputStream(content));
            assertArrayEquals(new int[] {2, 2, 2}, file.shape());
            assertEquals((byte) 350, file.data()[7]);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws IOException {
        assertTrue(refusal(idx(7, 2, 2, 2)).contains("expected 8 bytes of data, the file ends after 7"));
        assertTrue(refusal(idx(9, 2, 2, 2)).contains("more than the 8 bytes"));
        assertTrue(refusal(new byte[] {0, 0, 8}).contains("cut short"));
        assertTrue(refusal(zipped(idx(7, 2, 2, 2))).contains("digits"));
        byte[] cut = zipped(idx(200, 2, 10, 10));
        assertTrue(refusal(java.util.Arrays.copyOf(cut, cut.length / 2)).contains("cut short"));
        assertTrue(refusal("PNG and more".getBytes()).contains("starts with 504e4720"));
        assertTrue(refusal(idx(0, 1 << 20, 1 << 20)).contains("more than one array"));
    }

    @Test
    void shouldSayWhenImagesAndLabelsDoNotBelongTogether() throws IOException {
        String counts = open(idx(8, 2, 2, 2), idx(3, 3));
        assertTrue(counts.contains("2 images") && counts.contains("3 labels"), counts);
        assertTrue(open(idx(3, 3), idx(8, 2, 2, 2)).contains("swapped"));
        assertThrows(FileNotFoundException.class, () -> DataSets.open("/nowhere/images", "/nowhere/labels"));
        String unknown = assertThrows(FileNotFoundException.class, () -> DataSets.open("bundled:cats", null))
                .getMessage();
        assertTrue(unknown.contains("bundled:mnist10k"), unknown);
    }

    @Test
    void shouldKnowEverythingButPixelsWithoutThem() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        ImageDataSet without = DataSets.openWithoutPixels(DataSets.BUNDLED_MNIST, null);
        assertEquals(digits.classCounts(), without.classCounts());
        assertEquals(digits.height(), without.height());
        assertEquals(digits.label(77), without.select(new int[] {77}).label(0));
        assertThrows(IllegalStateException.class, () -> without.scaled(0, new float[784], 0));
    }

    @Test
    void shouldBundleTenThousandDigits() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        assertEquals(10_000, digits.count());
        assertEquals(28 * 28, digits.imageSize());
        assertEquals(10, digits.classCounts().size());
        assertEquals(863, digits.classCounts().get(5));
        float[] image = new float[digits.imageSize()];
        digits.scaled(0, image, 0);
        assertEquals(-1, image[0], "the corner of a digit is black");
    }
}
