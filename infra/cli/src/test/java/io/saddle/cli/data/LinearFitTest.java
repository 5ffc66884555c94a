package io.saddle.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.data.LinearFit.Rows;
import io.saddle.diffusion.evaluation.FeatureRows;
import io.saddle.diffusion.evaluation.LinearHead;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearFitTest {

    private static final int WIDTH = 4;

    /** Clouds around places that differ in two of four dimensions; the third is large and tells nothing, the last is the same everywhere. */
    private static Rows clouds(int classes, int count, double spread, long seed) {
        Random random = new Random(seed);
        float[] features = new float[count * WIDTH];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(classes);
            double angle = 2 * Math.PI * labels[i] / classes;
            features[i * WIDTH] = (float) (Math.cos(angle) + spread * random.nextGaussian());
            features[i * WIDTH + 1] = (float) (Math.sin(angle) + spread * random.nextGaussian());
            features[i * WIDTH + 2] = (float) (5000 + 1000 * random.nextGaussian());
            features[i * WIDTH + 3] = 7;
        }
        FeatureRows rows = new FeatureRows(WIDTH);
        rows.add(features);
        return new Rows(rows, labels);
    }

    @Test
    void classesThatLieApartAreToldApart() {
        for (int classes : new int[] {2, 3, 5}) {
            LinearHead head = LinearFit.best(clouds(classes, 500, 0.15, 1), classes);
            assertEquals(classes, head.classes());
            assertEquals(WIDTH, head.dimensions());
            double right = clouds(classes, 1000, 0.15, 2).accuracy(head);
            assertTrue(right > 0.97, classes + " classes: " + right);
        }
    }

    @Test
    void whatTellsNothingIsGuessed() {
        double right = clouds(2, 2000, 1e6, 2).accuracy(LinearFit.best(clouds(2, 500, 1e6, 1), 2));
        assertEquals(0.5, right, 0.05);
    }

    @Test
    void aFitIsTheSameEachTime() {
        LinearHead first = LinearFit.best(clouds(3, 300, 0.5, 1), 3);
        LinearHead again = LinearFit.best(clouds(3, 300, 0.5, 1), 3);
        assertArrayEquals(first.weights(), again.weights());
        assertArrayEquals(first.biases(), again.biases());
    }
}
