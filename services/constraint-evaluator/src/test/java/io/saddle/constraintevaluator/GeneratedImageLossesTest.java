package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The formulas of the kinds that are measured on generated images. */
class GeneratedImageLossesTest {

    @Test
    void theLossOfAClassFrequencyIsTheShareThatIsMissing() {
        LossEstimateResult missing = ClassFrequencyLoss.missingShare(30, 300);

        assertEquals(0.9, missing.loss(), 1e-15);
        assertEquals(Math.sqrt(0.1 * 0.9 / 300), missing.standardError(), 1e-15);
        assertEquals(300, missing.samples());
    }

    private static FeatureMeanLoss.Target known(double... mean) {
        return new FeatureMeanLoss.Target(mean, 0);
    }

    @Test
    void theLossOfAFeatureMeanIsTheEuclideanDistanceWithTheErrorAlongIt() {
        FeatureGaussian seen =
                new FeatureGaussian(new double[] {4, 6}, new double[] {1, 0.5, 0.5, 2}, OptionalLong.of(400));

        LossEstimateResult apart = FeatureMeanLoss.distance(seen, known(1, 2), 400);

        // d = (3, 4): 25, of which tr(C) / n = 3 / 400 is the samples' noise
        assertEquals(Math.sqrt(25 - 3.0 / 400), apart.loss(), 1e-12);
        // d'Cd = 9 + 2 * 0.5 * 12 + 32 = 53; tr(C^2) = 5.5, of which 9 / 399 is noise
        double noise = (5.5 - 9.0 / 399) / 400 / 400;
        double squared = Math.sqrt(4 * (53.0 / 400 - noise) + 2 * noise);
        assertEquals(squared / 2 / apart.loss(), apart.standardError(), 1e-12);
        assertEquals(400, apart.samples());
    }

    @Test
    void aMeanThatIsMetHasTheErrorOfTheSquaredDistancesRoot() {
        FeatureGaussian seen = new FeatureGaussian(new double[] {1}, new double[] {1}, OptionalLong.of(9));

        LossEstimateResult met = FeatureMeanLoss.distance(seen, known(1), 9);

        assertEquals(0, met.loss());
        // tr(C^2) = 1, of which 1 / 8 is noise
        assertEquals(Math.pow(2 * 0.875 / 81, 0.25), met.standardError(), 1e-12);
    }

    @Test
    void theNoiseOfTheDatasMeanIsTakenOffToo() {
        FeatureGaussian seen = new FeatureGaussian(new double[] {3}, new double[] {0}, OptionalLong.of(9));
        FeatureGaussian data = new FeatureGaussian(new double[] {1}, new double[] {6}, OptionalLong.of(4));

        assertEquals(
                Math.sqrt(2.5),
                FeatureMeanLoss.distance(seen, FeatureMeanLoss.Target.of(data), 9)
                        .loss(),
                1e-12);
    }

    /** A perfect model was measured at 2.0 with 1,024 features, 0.5 with 64, and no threshold below could be met. */
    @ParameterizedTest
    @ValueSource(ints = {64, 1024})
    void aPerfectModelIsAboutAtZeroAndAShiftIsWhatItIs(int dimensions) {
        int n = 256;
        for (double shift : new double[] {0, 5}) {
            SplittableRandom random = new SplittableRandom(7);
            double[] rows = random.doubles((long) n * dimensions)
                    .map(ignored -> random.nextGaussian())
                    .toArray();
            for (int row = 0; row < n; row++) {
                rows[row * dimensions] += shift;
            }
            FeatureStatistics statistics = new FeatureStatistics(dimensions);
            statistics.add(rows);

            LossEstimateResult found =
                    FeatureMeanLoss.distance(statistics.gaussian(), known(new double[dimensions]), n);

            // Of the squared distance, with C = I: 4 shift^2 / n + 2 D / n^2.
            double error = Math.sqrt(4 * shift * shift / n + 2.0 * dimensions / n / n);
            double expected = shift == 0 ? Math.sqrt(error) : error / 2 / shift;
            assertEquals(shift, found.loss(), 3 * expected, found.toString());
            double least = shift == 0 ? 0.4 : 0.8;
            assertTrue(found.standardError() > least * expected, found.toString());
            assertTrue(found.standardError() < 1.2 * expected, found.toString());
        }
    }
}
