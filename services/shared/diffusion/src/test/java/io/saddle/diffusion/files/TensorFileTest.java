package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFileTest {
    @TempDir
    Path folder;

    private Path write(String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        return Files.write(folder.resolve("bad.safetensors"), bytes.array());
    }

    private static String refusal(Path file) {
        String message =
                assertThrows(IOException.class, () -> TensorFile.read(file)).getMessage();
        assertTrue(message.contains("bad.safetensors"), message);
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-tiny.weights.safetensors", "unet-rgb.io.safetensors", "fid-300x120x192.safetensors"})
    void shouldWriteBackTheBytesThatItRead(String name) throws IOException {
        Path copy = folder.resolve("copy");
        TensorFile.read(Golden.file(name)).write(copy);
        assertArrayEquals(Files.readAllBytes(Golden.file(name)), Files.readAllBytes(copy));
    }

    @Test
    void shouldKeepScalarsEmptyTensorsAndMetadata() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("scalar", Tensor.floats(new long[0], 2.5f));
        tensors.put("empty", Tensor.floats(new long[] {0, 3}));
        tensors.put("matrix", Tensor.floats(new long[] {2, 2}, 1, 2, 3, 4));
        Path file = folder.resolve("good.safetensors");
        new TensorFile(tensors, Map.of("format", "pt")).write(file);
        TensorFile read = TensorFile.read(file);
        assertEquals(Map.of("format", "pt"), read.metadata());
        assertArrayEquals(new float[] {2.5f}, read.get("scalar").toFloats());
        assertEquals(0, read.get("empty").toFloats().length);
        assertArrayEquals(new float[] {1, 2, 3, 4}, read.get("matrix").toFloats());
        long header = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        assertEquals(0, header % 8, "the data is aligned");
    }

    @ParameterizedTest
    @CsvSource({
        "F16,0x3c00,1",
        "F16,0xc000,-2",
        "F16,0x0001,5.9604645E-8",
        "F16,0x7bff,65504",
        "BF16,0x3f80,1",
        "BF16,0xc049,-3.140625"
    })
    void shouldReadHalfPrecision(TensorType type, String bits, float expected) {
        ByteBuffer data = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(0, (short) Integer.decode(bits).intValue());
        assertArrayEquals(new float[] {expected}, new Tensor(type, new long[] {1}, data).toFloats());
    }

    @Test
    void shouldRefuseAnEnormousHeaderBeforeTakingMemory() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
        Path file = Files.write(folder.resolve("bad.safetensors"), bytes.array());
        assertTrue(refusal(file).contains("at most 100000000"));
    }

    @Test
    void shouldRefuseAHeaderLongerThanTheFile() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(90_000_000);
        Path file = Files.write(folder.resolve("bad.safetensors"), bytes.array());
        assertTrue(refusal(file).contains("cut short"));
    }

    @Test
    void shouldRefuseDamagedTensors() throws IOException {
        String one = "{\"w\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%s]}}";
        assertTrue(refusal(write(one.formatted("2", "0,12"), 12)).contains("needs 8 bytes, has 12"));
        assertTrue(refusal(write(one.formatted("2", "4,12"), 12)).contains("gap"));
        assertTrue(refusal(write(one.formatted("2", "0,8"), 12)).contains("12 follow"));
        assertTrue(refusal(write(one.formatted("2", "0,80"), 8)).contains("tensor w"));
        assertTrue(refusal(write(one.formatted("-2", "0,8"), 8)).contains("impossible shape"));
        assertTrue(refusal(write(one.formatted("4294967296,4294967296,4294967296", "0,8"), 8))
                .contains("impossible shape"));
        assertTrue(refusal(write(one.formatted("2", "0,8").replace("F32", "F8_E4M3"), 8))
                .contains("F8_E4M3"));
        assertTrue(refusal(write("{\"w\":", 0)).contains("JSON"));
        assertTrue(refusal(write("[1]", 0)).contains("JSON object"));
    }

    @Test
    void shouldRefuseOverlapsAndNamesUsedTwice() throws IOException {
        String entry = "\"%s\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}";
        String overlap = "{" + entry.formatted("a", 0, 4) + "," + entry.formatted("b", 2, 6) + "}";
        assertTrue(refusal(write(overlap, 6)).contains("overlap"));
        String twice = "{" + entry.formatted("a", 0, 4) + "," + entry.formatted("a", 4, 8) + "}";
        assertTrue(refusal(write(twice, 8)).contains("twice"));
    }

    @Test
    void shouldNotTakeIntegersForFloats() {
        Tensor labels = new Tensor(TensorType.U8, new long[] {1}, ByteBuffer.wrap(new byte[] {(byte) 200}));
        assertArrayEquals(new long[] {200}, labels.toLongs());
        assertThrows(IllegalStateException.class, labels::toFloats);
    }
}
