package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The formulas of the kinds that are measured on generated images. */
class GeneratedImageLossesTest {

    @Test
    void theLossOfAClassFrequencyIsTheShareThatIsMissing() {
        LossEstimateResult missing = ClassFrequencyLoss.missingShare(30, 300);

        assertEquals(0.9, missing.loss(), 1e-15);
        assertEquals(Math.sqrt(0.1 * 0.9 / 300), missing.standardError(), 1e-15);
        assertEquals(300, missing.samples());
    }

    @Test
    void theLossOfAFeatureMeanIsTheEuclideanDistanceWithTheErrorAlongIt() {
        FeatureGaussian seen =
                new FeatureGaussian(new double[] {4, 6}, new double[] {1, 0.5, 0.5, 2}, OptionalLong.of(400));

        LossEstimateResult apart = FeatureMeanLoss.distance(seen, new double[] {1, 2}, 400);

        assertEquals(5, apart.loss(), 1e-12);
        // d = (3, 4): d'Cd = 9 + 2 * 0.5 * 12 + 32 = 53; / 25 / 400
        assertEquals(Math.sqrt(53.0 / 25 / 400), apart.standardError(), 1e-12);
    }

    @Test
    void aMeanThatIsMetHasNoDirectionAndNoError() {
        FeatureGaussian seen = new FeatureGaussian(new double[] {1}, new double[] {1}, OptionalLong.of(9));

        assertEquals(new LossEstimateResult(0, 0, 9), FeatureMeanLoss.distance(seen, new double[] {1}, 9));
    }
}
