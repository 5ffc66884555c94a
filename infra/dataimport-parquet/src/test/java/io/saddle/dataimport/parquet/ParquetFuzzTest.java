package io.saddle.dataimport.parquet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a Parquet file: read whole, or refused with an {@link IOException}. */
@Timeout(10)
class ParquetFuzzTest {

    private static Path file;

    @BeforeAll
    static void makeFile() throws IOException {
        file = Files.createTempFile("fuzz", ".parquet");
    }

    @AfterAll
    static void removeFile() throws IOException {
        Files.deleteIfExists(file);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ParquetFuzzTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    static Stream<byte[]> seeds() throws IOException {
        return Stream.of(new byte[0], resource("/duckdb-snappy-v2.parquet"), resource("/duckdb-zstd-v1.parquet"));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] content) throws IOException {
        Files.write(file, content);
        try (PictureSource pictures = Sources.open(file, null)) {
            pictures.read(0, picture -> {
                try {
                    picture.content().decode(new PictureDecoder(255));
                } catch (IOException unreadable) {
                    // One picture: the import says so and goes on.
                }
                return true;
            });
        } catch (IOException refused) {
            // As documented.
        }
    }
}
