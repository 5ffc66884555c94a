package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
    @TempDir
    Path folder;

    private static Path fromNumpy(String name) throws URISyntaxException {
        return Path.of(StatisticsFileTest.class.getResource("/npz/" + name).toURI());
    }

    /** The features of which numpy computed mu and sigma. */
    private static FeatureGaussian ours() throws Exception {
        double[] features = new double[40 * 5];
        ByteBuffer.wrap(Files.readAllBytes(fromNumpy("features-40x5.f64")))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(features);
        FeatureStatistics statistics = new FeatureStatistics(5);
        statistics.add(features);
        return statistics.gaussian();
    }

    @Test
    void shouldReadTheStatisticsThatNumpyWrote() throws Exception {
        FeatureGaussian plain = StatisticsFile.read(fromNumpy("plain.npz"));
        assertArrayEquals(ours().mean(), plain.mean(), 1e-14);
        assertArrayEquals(ours().covariance(), plain.covariance(), 1e-13);
        assertEquals(OptionalLong.empty(), plain.samples());
        FeatureGaussian compressed = StatisticsFile.read(fromNumpy("compressed-float32.npz"));
        assertArrayEquals(plain.mean(), compressed.mean(), 1e-6);
        assertArrayEquals(plain.covariance(), compressed.covariance(), 1e-5);
    }

    @Test
    void shouldReadBackExactlyWhatItWritesAndTheNumberOfSamples() throws Exception {
        Path file = folder.resolve("reference.npz");
        StatisticsFile.write(file, ours());
        FeatureGaussian again = StatisticsFile.read(file);
        assertArrayEquals(ours().mean(), again.mean());
        assertArrayEquals(ours().covariance(), again.covariance());
        assertEquals(OptionalLong.of(40), again.samples());
    }

    @Test
    void shouldSayWhatIsMissingOrDoesNotFit() throws Exception {
        Path missing = fromNumpy("missing-sigma.npz");
        Path wrong = fromNumpy("wrong-shape.npz");
        assertTrue(assertThrows(IOException.class, () -> StatisticsFile.read(missing))
                .getMessage()
                .endsWith("missing-sigma.npz: no array sigma; there are [mu, mean]"));
        assertTrue(assertThrows(IOException.class, () -> StatisticsFile.read(wrong))
                .getMessage()
                .endsWith("array sigma must have the shape (5, 5) to go with mu, has (4, 5)"));
    }
}
