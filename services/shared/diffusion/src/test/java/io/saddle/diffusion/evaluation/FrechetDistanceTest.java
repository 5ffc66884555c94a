package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrechetDistanceTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldHaveTheDistanceOfPytorchFid(int index) throws IOException {
        JsonNode golden = Golden.json("fid.json").get(index);
        TensorFile features = TensorFile.read(Golden.file(golden.get("file").asText()));
        FeatureStatistics a = statistics(features.get("a"));
        FeatureStatistics b = statistics(features.get("b"));
        try (FrechetDistance distance = new FrechetDistance()) {
            double expected = golden.get("fid").asDouble();
            assertEquals(expected, distance.between(a, b), 1e-4 * expected);
            assertEquals(expected, distance.between(b, a), 1e-4 * expected, "the distance is symmetric");
            assertEquals(0, distance.between(a, a), 1e-6 * expected);
        }
    }

    @Test
    void shouldBeTheDistanceOfMeansForEqualCovariances() {
        float[] a = {0, 0, 2, 0, 0, 2, 2, 2};
        float[] b = a.clone();
        for (int i = 0; i < b.length; i += 2) {
            b[i] += 3;
            b[i + 1] += 4;
        }
        try (FrechetDistance distance = new FrechetDistance()) {
            assertEquals(25, distance.between(FeatureStatistics.of(a, 2), FeatureStatistics.of(b, 2)), 1e-9);
        }
    }

    @Test
    void shouldDivideTheCovarianceByOneLessThanTheCount() {
        FeatureStatistics statistics = FeatureStatistics.of(new float[] {1, 10, 2, 20, 6, 30}, 2);
        assertArrayEquals(new double[] {3, 20}, statistics.mean(), 1e-12);
        assertArrayEquals(new double[] {7, 25, 25, 100}, statistics.covariance(), 1e-12);
    }

    @Test
    void shouldNotDependOnHowFeaturesArrive() {
        float[] rows = {1, 10, 2, 20, 6, 30};
        FeatureStatistics inParts = new FeatureStatistics(2);
        inParts.add(new float[] {1, 10});
        inParts.add(new float[] {2, 20, 6, 30});
        assertArrayEquals(FeatureStatistics.of(rows, 2).covariance(), inParts.covariance());
    }

    @Test
    void shouldRefuseACovarianceOfOneVector() {
        FeatureStatistics one = FeatureStatistics.of(new float[] {1, 2}, 2);
        assertThrows(IllegalStateException.class, one::covariance);
    }

    private static FeatureStatistics statistics(TensorFile.Tensor features) {
        return FeatureStatistics.of(features.toFloats(), (int) features.shape()[1]);
    }
}
