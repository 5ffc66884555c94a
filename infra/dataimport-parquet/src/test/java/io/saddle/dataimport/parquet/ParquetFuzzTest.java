package io.saddle.dataimport.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

    /** Seeds that never got to a reader would leave nothing to fuzz. */
    @Test
    void theSeedsAreReadAsWhatTheyAre() throws IOException {
        List<byte[]> seeds = seeds().toList();
        assertEquals(-1, read(seeds.get(0)));
        assertTrue(read(seeds.get(1)) > 0 && read(seeds.get(2)) > 0);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] content) throws IOException {
        read(content);
    }

    /** The number of pictures, readable or not; -1 if the source was refused, as documented. */
    private static int read(byte[] content) throws IOException {
        Files.write(file, content);
        int[] found = new int[1];
        try (PictureSource pictures = Sources.open(file, null)) {
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
}
