package io.saddle.lab.bench.fid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FrechetDistance;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MadeFeaturesTest {

    private final MadeFeatures features = new MadeFeatures(16, 1500);

    @Test
    void theSeedFixesThem() {
        FeatureGaussian first = features.statistics(1, 0);
        assertArrayEquals(first.covariance(), features.statistics(1, 0).covariance());
        assertEquals(1500, first.samples().getAsLong());
        assertTrue(Arrays.stream(first.mean()).allMatch(mean -> mean > 0), "rectified features have positive means");
    }

    @Test
    void thePopulationsDifferByMoreThanChanceAndLessThanSeedsDo() {
        try (FrechetDistance distance = new FrechetDistance()) {
            FeatureGaussian real = features.statistics(1, 0);
            double apart = distance.between(real, features.statistics(1, 1));
            assertTrue(apart > 0.01, "distance " + apart);
            assertTrue(apart < distance.between(real, features.statistics(2, 0)), "distance " + apart);
        }
    }
}
