package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a safetensors file: read whole, or refused with an {@link IOException}. */
@Timeout(10)
class SafetensorsFuzzTest {

    private static final FlatLayout LAYOUT = new FlatLayout(
            List.of(new ParameterSpec("attentions.0.to_q.weight", new long[] {2}, 0, ParameterSpec.Initial.ZEROS, 1)));

    private static Path file;

    @BeforeAll
    static void makeFile() throws IOException {
        file = Files.createTempFile("fuzz", ".safetensors");
    }

    @AfterAll
    static void removeFile() throws IOException {
        Files.deleteIfExists(file);
    }

    private static byte[] bytes(String header, int data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                new byte[0],
                bytes("{}", 0),
                bytes("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}", 8),
                bytes(
                        "{\"__metadata__\":{\"format\":\"pt\"},\"attentions.0.query.weight\":"
                                + "{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                        4),
                bytes(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]},"
                                + "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}",
                        8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] content) throws IOException {
        Files.write(file, content);
        try {
            TensorFile read = TensorFile.read(file);
            for (Tensor tensor : read.tensors().values()) {
                if (tensor.type().isFloatingPoint()) {
                    assertEquals(tensor.data().limit() / tensor.type().bytes(), tensor.toFloats().length);
                }
            }
        } catch (IOException refused) {
            // As documented.
        }
        try (FileChannel channel = FileChannel.open(file)) {
            FlatTensors.requireFit(file, TensorHeader.read(file, channel), LAYOUT);
        } catch (IOException refused) {
            // As documented.
        }
    }
}
