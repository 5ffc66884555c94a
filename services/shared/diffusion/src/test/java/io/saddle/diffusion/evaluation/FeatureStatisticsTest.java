package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureStatisticsTest {
    private static final int DIMENSIONS = 17;

    /** Far from 0, where a one-pass sum of squares would lose half its digits. */
    private static float[] features(int rows, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * DIMENSIONS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1000 + 10 * (i % DIMENSIONS) + random.nextGaussian());
        }
        return values;
    }

    private static double[] twoPassMean(float[] rows) {
        double[] mean = new double[DIMENSIONS];
        int count = rows.length / DIMENSIONS;
        for (int i = 0; i < rows.length; i++) {
            mean[i % DIMENSIONS] += (double) rows[i] / count;
        }
        return mean;
    }

    private static double[] twoPassCovariance(float[] rows) {
        double[] mean = twoPassMean(rows);
        int count = rows.length / DIMENSIONS;
        double[] covariance = new double[DIMENSIONS * DIMENSIONS];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < DIMENSIONS; i++) {
                for (int j = 0; j < DIMENSIONS; j++) {
                    double x = rows[row * DIMENSIONS + i] - mean[i];
                    double y = rows[row * DIMENSIONS + j] - mean[j];
                    covariance[i * DIMENSIONS + j] += x * y / (count - 1);
                }
            }
        }
        return covariance;
    }

    /** The process ended for want of memory instead, twice for each snapshot of such a run, with all other runs' work in hand. */
    @Test
    void shouldRefuseMoreFeaturesThanTheHeapHasRoomFor() {
        long needed = 6L * 8 * DIMENSIONS * DIMENSIONS;
        assertEquals(0, new FeatureStatistics(DIMENSIONS, needed).count());
        String refusal = assertThrows(
                        IllegalArgumentException.class, () -> new FeatureStatistics(DIMENSIONS, needed - 1))
                .getMessage();
        assertTrue(refusal.startsWith("covariances of 17 features take"), refusal);
        assertThrows(IllegalArgumentException.class, () -> new FeatureStatistics(1 << 20, Long.MAX_VALUE >> 18));
    }

    @Test
    void shouldHaveTheMeanAndCovarianceOfTwoPasses() {
        float[] rows = features(3000, 1);
        FeatureGaussian streamed = FeatureStatistics.of(rows, DIMENSIONS).gaussian();
        assertEquals(OptionalLong.of(3000), streamed.samples());
        assertArrayEquals(twoPassMean(rows), streamed.mean(), 1e-9);
        assertArrayEquals(twoPassCovariance(rows), streamed.covariance(), 1e-11);
    }

    @Test
    void shouldBeTheSameToTheBitHoweverFeaturesArrive() {
        float[] rows = features(2500, 2);
        FeatureStatistics inParts = new FeatureStatistics(DIMENSIONS);
        int[] ends = {1, 2, 900, 1030, 2047, 2048, 2500};
        int from = 0;
        for (int end : ends) {
            inParts.add(Arrays.copyOfRange(rows, from * DIMENSIONS, end * DIMENSIONS));
            if (end > 1) {
                inParts.gaussian();
            }
            from = end;
        }
        FeatureGaussian whole = FeatureStatistics.of(rows, DIMENSIONS).gaussian();
        assertArrayEquals(whole.mean(), inParts.gaussian().mean());
        assertArrayEquals(whole.covariance(), inParts.gaussian().covariance());
    }

    @Test
    void shouldTakeFloat64AsItIs() {
        double[] rows = {1 + 1e-12, 0, 1 - 1e-12, 0};
        FeatureStatistics statistics = new FeatureStatistics(2);
        statistics.add(rows);
        assertEquals(2e-24, statistics.gaussian().covariance()[0], 1e-27);
    }

    @Test
    void shouldDivideTheCovarianceByOneLessThanTheCount() {
        FeatureGaussian gaussian =
                FeatureStatistics.of(new float[] {1, 10, 2, 20, 6, 30}, 2).gaussian();
        assertArrayEquals(new double[] {3, 20}, gaussian.mean(), 1e-12);
        assertArrayEquals(new double[] {7, 25, 25, 100}, gaussian.covariance(), 1e-12);
    }

    @Test
    void shouldRefuseACovarianceOfOneVector() {
        FeatureStatistics one = FeatureStatistics.of(new float[] {1, 2}, 2);
        assertThrows(IllegalStateException.class, one::gaussian);
    }

    @Test
    void shouldNameTheRowThatIsNotFinite() {
        FeatureStatistics statistics = FeatureStatistics.of(new float[] {1, 2, 3, 4}, 2);
        IllegalArgumentException nan =
                assertThrows(IllegalArgumentException.class, () -> statistics.add(new float[] {5, 6, 7, Float.NaN}));
        assertEquals("row 3 of the features has NaN at position 1", nan.getMessage());
        assertEquals(3, statistics.count());
    }

    @Test
    void shouldRefuseMatricesThatAreNoCovariances() {
        IllegalArgumentException asymmetric = assertThrows(
                IllegalArgumentException.class,
                () -> new FeatureGaussian(new double[2], new double[] {1, 0.5, 0.4, 1}, OptionalLong.empty()));
        assertTrue(asymmetric.getMessage().contains("not symmetric"), asymmetric.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new FeatureGaussian(new double[2], new double[3], OptionalLong.empty()));
        IllegalArgumentException infinite = assertThrows(
                IllegalArgumentException.class,
                () -> new FeatureGaussian(
                        new double[] {0, Double.POSITIVE_INFINITY}, new double[4], OptionalLong.empty()));
        assertEquals("the mean has Infinity at position 1", infinite.getMessage());
    }
}
