package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.SampleDistances.OfClass;
import io.saddle.diffusion.evaluation.SampleDistances.OfRows;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleDistancesTest {

    private static final int DIMENSIONS = 6;

    /** Rows whose class c lies around (c, c, ...); classes come one after the other. */
    private static CollectedFeatures rows(int ofEachClass, int classes, double shift, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CollectedFeatures features = new CollectedFeatures(DIMENSIONS);
        for (int label = 0; label < classes; label++) {
            int[] labels = new int[ofEachClass];
            Arrays.fill(labels, label);
            float[] rows = new float[ofEachClass * DIMENSIONS];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (float) (10 * label + shift + random.nextGaussian());
            }
            features.add(rows, labels);
        }
        return features;
    }

    private static SampleDistances of(CollectedFeatures generated, FeatureReference reference, Integer... classes) {
        return SampleDistances.of(generated, reference, false, List.of(classes), 1);
    }

    @Test
    void shouldSayHowFarRealImagesAreFromEachOtherAtTheSameNumber() {
        FeatureReference reference = FeatureReference.of(rows(400, 3, 0, 1));

        OfRows small = of(rows(50, 3, 1, 2), reference).samples();
        OfRows large = of(rows(300, 3, 1, 3), reference).samples();

        assertEquals(150, small.floor().images());
        assertEquals(600, large.floor().images(), "half of the real images, where more were generated");
        assertTrue(small.floor().frechet() > large.floor().frechet(), small.floor() + " and " + large.floor());
        assertTrue(Math.abs(large.floor().kernel().value())
                < 4 * large.floor().kernel().standardError());
        assertTrue(
                of(rows(300, 3, 1, 3), reference).frechet() > 10 * large.floor().frechet());
        assertNull(of(rows(5, 1, 0, 4), FeatureReference.of(rows(10, 1, 0, 5)))
                .samples()
                .floor());
    }

    /** Halves that are taken from the front of data in the order of its classes would be of one class. */
    @Test
    void shouldTakeTheFloorFromAllClasses() {
        FeatureReference reference = FeatureReference.of(rows(400, 3, 0, 1));
        double spread = reference.gaussian().covariance()[0];
        assertTrue(spread > 60, "variance " + spread);
        FeatureReference.Floor floor = reference.floor(200, new FrechetDistance(), new FeatureDistances());
        assertTrue(reference.rows().half(0, 200).gaussian().covariance()[0] > 0.9 * spread);
        assertTrue(floor.frechet() < 0.1 * spread, floor.toString());
    }

    @Test
    void shouldCompareEachClassThatHasEnoughImages() {
        FeatureReference reference = FeatureReference.of(rows(200, 3, 0, 1));
        CollectedFeatures generated = rows(SampleDistances.LEAST_OF_CLASS, 2, 0, 2);

        List<OfClass> classes = of(generated, reference, 0, 1, 2).samples().classes();

        assertEquals(List.of(0, 1, 2), classes.stream().map(OfClass::label).toList());
        double ofItself = new FrechetDistance()
                .between(generated.ofClass(1).gaussian(), reference.ofClass(1).gaussian());
        assertEquals(ofItself, classes.get(1).frechet(), 1e-9);
        assertTrue(ofItself < 2, "distance " + ofItself);
        assertEquals(new OfClass(2, 0, 200, null), classes.get(2));
        OfClass tooFew = of(rows(SampleDistances.LEAST_OF_CLASS - 1, 2, 0, 2), reference, 0)
                .samples()
                .classes()
                .get(0);
        assertNull(tooFew.frechet());
    }

    @Test
    void shouldCompareWithStatisticsAlone() {
        FeatureGaussian statistics = rows(100, 2, 0, 1).gaussian();
        SampleDistances found = of(rows(100, 2, 1, 2), FeatureReference.of(statistics), 0);
        assertNull(found.samples());
        assertEquals(OptionalLong.of(200), found.referenceImages());
        assertEquals(200, found.images());
        assertTrue(found.frechet() > 1);
    }

    @Test
    void shouldGiveTheSameWhetherTheReferenceIsNewOrKnown() {
        FeatureReference known = FeatureReference.of(rows(100, 2, 0, 1));
        of(rows(40, 2, 3, 9), known);
        SampleDistances again = of(rows(60, 2, 1, 2), known, 0, 1);
        assertEquals(of(rows(60, 2, 1, 2), FeatureReference.of(rows(100, 2, 0, 1)), 0, 1), again);
        FeatureDistances distances = new FeatureDistances();
        FeatureRows generated = rows(60, 2, 1, 2).rows();
        FeatureRows real = rows(100, 2, 0, 1).rows();
        assertEquals(distances.kernel(generated, real), again.samples().kernel());
        assertEquals(
                distances.manifold(real, generated, SampleDistances.NEIGHBOURS),
                again.samples().manifold());
    }

    /** The real one is (1/2)^2 in each of six dimensions: 1.5. */
    @Test
    void shouldComeNearerToTheTruthAtInfinity() {
        double[] identity = new double[DIMENSIONS * DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            identity[i * DIMENSIONS + i] = 1;
        }
        FeatureReference exact =
                FeatureReference.of(new FeatureGaussian(new double[DIMENSIONS], identity, OptionalLong.empty()));
        double ofAll = 0;
        double atInfinity = 0;
        int runs = 100;
        for (int seed = 0; seed < runs; seed++) {
            SampleDistances found = SampleDistances.of(rows(300, 1, 0.5, seed), exact, true, List.of(), seed);
            assertEquals(30, found.infinity().fewest());
            assertEquals(300, found.infinity().most());
            ofAll += found.frechet() / runs;
            atInfinity += found.infinity().value() / runs;
        }
        assertTrue(ofAll - 1.5 > 0.05, "biased by " + (ofAll - 1.5));
        assertTrue(Math.abs(atInfinity - 1.5) < 0.5 * (ofAll - 1.5), ofAll + " and " + atInfinity);
        assertNull(
                SampleDistances.of(rows(99, 1, 0, 1), exact, true, List.of(), 1).infinity());
        assertNotNull(SampleDistances.of(rows(100, 1, 0, 1), exact, true, List.of(), 1)
                .infinity());
    }

    @Test
    void shouldReadALineAtZero() {
        assertEquals(7, FrechetAtInfinity.atZero(new double[] {1, 2, 4}, new double[] {10, 13, 19}), 1e-12);
    }

    @Test
    void fewRowsHaveTheDistanceOfTheirGaussians() {
        SplittableRandom random = new SplittableRandom(4);
        FeatureRows a = new FeatureRows(40);
        FeatureRows b = new FeatureRows(40);
        for (int i = 0; i < 30; i++) {
            float[] row = new float[40];
            for (int k = 0; k < 40; k++) {
                row[k] = (float) random.nextGaussian();
            }
            (i < 18 ? a : b).add(row);
        }
        FrechetDistance frechet = new FrechetDistance();
        double expected = frechet.between(a.gaussian(), b.gaussian());
        assertEquals(expected, frechet.between(a, b), 1e-9 * expected);
        assertEquals(0, frechet.between(a, a), 1e-9 * expected);
    }
}
