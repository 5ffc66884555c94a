package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureDistancesTest {

    private final FeatureDistances distances = new FeatureDistances();

    @AfterEach
    void close() {
        distances.close();
    }

    private static FeatureRows rows(TensorFile file, String name) {
        Tensor tensor = file.get(name);
        FeatureRows rows = new FeatureRows((int) tensor.shape()[1]);
        rows.add(tensor.toFloats());
        return rows;
    }

    private static JsonNode golden(String file) throws IOException {
        for (JsonNode node : Golden.json("kid-prdc.json")) {
            if (node.get("file").asText().equals(file)) {
                return node;
            }
        }
        throw new IOException(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fid-500x400x64.safetensors", "fid-300x120x192.safetensors", "features-400x300x16.safetensors"})
    void shouldAgreeWithTheReference(String name) throws IOException {
        TensorFile file = TensorFile.read(Golden.file(name));
        FeatureRows a = rows(file, "a");
        FeatureRows b = rows(file, "b");
        JsonNode expected = golden(name);
        assertEquals(
                1, distances.kernel(a, b).value() / expected.get("kid_full").asDouble(), 1e-5);
        int first = expected.at("/kid_first_rows/rows").asInt();
        assertEquals(
                1,
                distances.kernel(a.range(0, first), b.range(0, first)).value()
                        / expected.at("/kid_first_rows/value").asDouble(),
                1e-5);
        for (JsonNode manifold : expected.at("/manifold/results")) {
            FeatureDistances.Manifold found =
                    distances.manifold(a, b, manifold.get("k").asInt());
            assertEquals(manifold.get("precision").asDouble(), found.precision(), 1e-9);
            assertEquals(manifold.get("recall").asDouble(), found.recall(), 1e-9);
            assertEquals(manifold.get("density").asDouble(), found.density(), 1e-9);
            assertEquals(manifold.get("coverage").asDouble(), found.coverage(), 1e-9);
        }
    }

    /** Four blocks of 100 rows, as the reference has them; its deviation is the population's. */
    @Test
    void theStandardErrorIsThatOfTheBlocksMean() throws IOException {
        TensorFile file = TensorFile.read(Golden.file("fid-500x400x64.safetensors"));
        double deviation = golden("fid-500x400x64.safetensors")
                .at("/kid_blocks/std_population")
                .asDouble();
        FeatureDistances.Kernel kernel = distances.kernel(rows(file, "a"), rows(file, "b"));
        assertEquals(deviation * Math.sqrt(4 / 3.0) / 2, kernel.standardError(), 1e-6);
    }

    private static FeatureRows normal(int count, double mean, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FeatureRows rows = new FeatureRows(8);
        for (int i = 0; i < count; i++) {
            float[] row = new float[8];
            for (int k = 0; k < row.length; k++) {
                row[k] = (float) (mean + random.nextGaussian());
            }
            rows.add(row);
        }
        return rows;
    }

    /** Of 4,999 rows four blocks were made, of 1,249 each. */
    @Test
    void noBlockOfTheStandardErrorIsLargerThanAThousand() {
        FeatureRows a = normal(4999, 0, 1);
        FeatureRows b = normal(5200, 0, 2);
        double[] estimates = new double[5];
        double mean = 0;
        for (int i = 0; i < 5; i++) {
            estimates[i] = distances
                    .kernel(a.range(999 * i, 999 * (i + 1)), b.range(999 * i, 999 * (i + 1)))
                    .value();
            mean += estimates[i] / 5;
        }
        double squares = 0;
        for (double estimate : estimates) {
            squares += (estimate - mean) * (estimate - mean);
        }
        assertEquals(Math.sqrt(squares / 4 / 5), distances.kernel(a, b).standardError(), 1e-12);
    }

    /** More rows than go together in one block. */
    @Test
    void setsOfOneDistributionLieInEachOtherAndFarOnesDoNot() {
        FeatureRows a = normal(1500, 0, 1);
        FeatureDistances.Kernel same = distances.kernel(a, normal(1300, 0, 2));
        assertTrue(Math.abs(same.value()) < 4 * same.standardError(), same.toString());
        FeatureDistances.Manifold near = distances.manifold(a, normal(1300, 0, 2), 5);
        assertEquals(1, near.density(), 0.1);
        assertTrue(near.coverage() > 0.9 && near.precision() > 0.8 && near.recall() > 0.8, near.toString());
        FeatureDistances.Kernel far = distances.kernel(a, normal(1300, 1, 2));
        assertTrue(far.value() > 10 * far.standardError(), far.toString());
        assertEquals(new FeatureDistances.Manifold(0, 0, 0, 0), distances.manifold(a, normal(1300, 40, 2), 5));
    }

    @Test
    void tooFewRowsAreRefusedAndHaveNoStandardError() {
        assertTrue(
                Double.isNaN(distances.kernel(normal(7, 0, 1), normal(20, 0, 2)).standardError()));
        assertThrows(IllegalArgumentException.class, () -> distances.kernel(normal(1, 0, 1), normal(20, 0, 2)));
        assertThrows(IllegalArgumentException.class, () -> distances.manifold(normal(5, 0, 1), normal(20, 0, 2), 5));
        assertThrows(IllegalArgumentException.class, () -> distances.kernel(new FeatureRows(3), normal(20, 0, 2)));
    }

    @Test
    void aSetHasTwoHalvesWithoutACommonRow() {
        FeatureRows rows = new FeatureRows(1);
        rows.add(new float[] {0, 1, 2, 3, 4});
        assertArrayEquals(new float[] {0, 2}, rows.half(0, 2).values());
        assertArrayEquals(new float[] {1, 3}, rows.half(1, 2).values());
        assertArrayEquals(new float[] {0}, rows.half(0, 1).values());
        assertArrayEquals(new float[] {2}, rows.half(1, 1).values());
    }

    @Test
    void whatIsKeptOfAStreamIsBounded() {
        FeatureRows rows = new FeatureRows(1);
        rows.add(new float[FeatureRows.MOST - 1]);
        rows.add(new float[] {1, 2, 3});
        assertEquals(FeatureRows.MOST, rows.count());
    }
}
