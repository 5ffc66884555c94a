package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
            assertEquals(expected, distance.between(a, b), 1e-6 * expected);
            assertEquals(expected, distance.between(b, a), 1e-6 * expected, "the distance is symmetric");
            assertEquals(0, distance.between(a, a), 1e-9 * expected);
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

    /** Covariances of a known root: for the same eigenvectors, tr (S_1 S_2)^1/2 is the sum of the roots of the products. */
    @ParameterizedTest
    @ValueSource(ints = {40, 101, 300})
    void shouldKeepItsDigitsForBadlyConditionedCovariances(int size) {
        double[] axis = new double[size];
        Random random = new Random(4);
        Arrays.setAll(axis, i -> random.nextGaussian());
        double norm = Arrays.stream(axis).map(x -> x * x).sum();
        double[] first = new double[size];
        double[] second = new double[size];
        double expected = 0;
        for (int i = 0; i < size; i++) {
            first[i] = 10 * Math.pow(10, -10.0 * i / size);
            second[i] = first[i] * (1.5 + random.nextDouble());
            expected += first[i] + second[i] - 2 * Math.sqrt(first[i] * second[i]);
        }
        try (FrechetDistance distance = new FrechetDistance()) {
            double found = distance.between(reflected(axis, norm, first), reflected(axis, norm, second));
            assertEquals(expected, found, 1e-10 * expected);
        }
    }

    /** H diag(e) H with the Householder reflection H = I - 2 a a^T / |a|^2. */
    private static FeatureGaussian reflected(double[] axis, double norm, double[] eigenvalues) {
        int size = axis.length;
        double[] covariance = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                for (int k = 0; k < size; k++) {
                    double left = (i == k ? 1 : 0) - 2 * axis[i] * axis[k] / norm;
                    double right = (j == k ? 1 : 0) - 2 * axis[j] * axis[k] / norm;
                    covariance[i * size + j] += left * eigenvalues[k] * right;
                }
            }
        }
        return new FeatureGaussian(new double[size], covariance, OptionalLong.empty());
    }

    @ParameterizedTest(name = "{0} and {1} samples in 60 dimensions, counts known: {2}")
    @CsvSource({"25, 40, true", "25, 300, true", "300, 25, true", "25, 40, false", "300, 25, false"})
    void shouldBeExactForFewerSamplesThanDimensions(int n, int m, boolean counts) {
        int size = 60;
        float[] a = features(n, size, 0.3);
        float[] b = features(m, size, 0.5);
        FeatureGaussian first = FeatureStatistics.of(a, size).gaussian();
        FeatureGaussian second = FeatureStatistics.of(b, size).gaussian();
        double expected = fromTheFeatures(a, first, b, second);
        if (!counts) {
            first = new FeatureGaussian(first.mean(), first.covariance(), OptionalLong.empty());
            second = new FeatureGaussian(second.mean(), second.covariance(), OptionalLong.empty());
        }
        try (FrechetDistance distance = new FrechetDistance()) {
            assertEquals(expected, distance.between(first, second), 1e-10 * expected);
        }
    }

    /** tr (S_1 S_2)^1/2 is the sum of the singular values of X_1 X_2^T / sqrt((n - 1)(m - 1)) of the centred features. */
    private static double fromTheFeatures(float[] a, FeatureGaussian first, float[] b, FeatureGaussian second) {
        int size = first.dimensions();
        double rest = 0;
        for (int i = 0; i < size; i++) {
            rest += Math.pow(first.mean()[i] - second.mean()[i], 2)
                    + first.covariance()[i * size + i]
                    + second.covariance()[i * size + i];
        }
        try (NDManager manager = TorchRuntime.get().newManager();
                Singular values = new Singular()) {
            NDArray x = centred(manager, a, first.mean());
            NDArray y = centred(manager, b, second.mean());
            double scale = Math.sqrt((x.size(0) - 1.0) * (y.size(0) - 1.0));
            return rest - 2 * values.sum(x.matMul(y.transpose())) / scale;
        }
    }

    private static NDArray centred(NDManager manager, float[] rows, double[] mean) {
        return manager.create(rows, new Shape(rows.length / mean.length, mean.length))
                .toType(DataType.FLOAT64, false)
                .sub(manager.create(mean));
    }

    private static final class Singular implements AutoCloseable {
        private final TorchProgram program = new TorchProgram("""
                  def values(self: SELF, x: Tensor) -> Tensor:
                    return torch.sum(torch.linalg_svdvals(x))
                """.replace("SELF", TorchProgram.SELF));

        double sum(NDArray x) {
            return program.call("values", x).singletonOrThrow().getDouble();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    @Test
    void shouldAllowFeaturesThatNeverChange() {
        float[] a = features(200, 6, 0.3);
        float[] b = features(200, 6, 0.6);
        float[] constant = new float[200 * 6];
        for (int i = 0; i < a.length; i += 6) {
            a[i + 2] = 0;
            b[i + 2] = 0;
        }
        try (FrechetDistance distance = new FrechetDistance()) {
            FeatureStatistics first = FeatureStatistics.of(a, 6);
            FeatureStatistics second = FeatureStatistics.of(b, 6);
            double expected = fromTheFeatures(a, first.gaussian(), b, second.gaussian());
            assertEquals(expected, distance.between(first, second), 1e-10 * expected);
            FeatureStatistics nothing = FeatureStatistics.of(constant, 6);
            FeatureGaussian gaussian = first.gaussian();
            double norm = 0;
            for (int i = 0; i < 6; i++) {
                norm += Math.pow(gaussian.mean()[i], 2) + gaussian.covariance()[i * 6 + i];
            }
            assertEquals(norm, distance.between(first, nothing), 1e-10 * norm);
            assertEquals(0, distance.between(nothing, nothing));
        }
    }

    @Test
    void shouldRefuseWhatIsNoCovarianceAndOtherDimensions() {
        FeatureGaussian indefinite =
                new FeatureGaussian(new double[2], new double[] {1, 2, 2, 1}, OptionalLong.empty());
        FeatureGaussian other = new FeatureGaussian(new double[1], new double[] {1}, OptionalLong.empty());
        try (FrechetDistance distance = new FrechetDistance()) {
            IllegalArgumentException negative =
                    assertThrows(IllegalArgumentException.class, () -> distance.between(indefinite, indefinite));
            assertTrue(negative.getMessage().contains("eigenvalue -"), negative.getMessage());
            IllegalArgumentException unequal =
                    assertThrows(IllegalArgumentException.class, () -> distance.between(indefinite, other));
            assertTrue(unequal.getMessage().contains("2 and 1 dimensions"), unequal.getMessage());
        }
    }

    private static float[] features(int rows, int size, double shift) {
        Random random = new Random(rows);
        float[] values = new float[rows * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (shift + random.nextGaussian() / (1 + i % size));
        }
        return values;
    }

    private static FeatureStatistics statistics(Tensor features) {
        return FeatureStatistics.of(features.toFloats(), (int) features.shape()[1]);
    }
}
