package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MemorisationTest {

    private static final float[] TRAINING = {0, 0, 10, 0};

    @Test
    void everyRowHasItsNearestTrainingRow() {
        assertArrayEquals(
                new double[] {0, 3, 5}, Memorisation.nearest(new float[] {10, 5, 0, 0, 10, 3}, TRAINING, 2), 1e-12);
    }

    @Test
    void copiesAreNearerThanRealOnes() {
        float[] heldOut = {0, 1, 0, 2, 0, 3, 10, 4};

        Memorisation found = Memorisation.of("net", new float[] {0, 0, 10, 0.5f, 0, 4}, heldOut, TRAINING, 2);

        assertEquals(0.5, found.sampleMedian(), 1e-6);
        assertEquals(2.5, found.heldOutMedian(), 1e-12);
        assertEquals(0.2, found.ratio(), 1e-6);
        // 5 % of the real ones, interpolated, are nearer than 1.15.
        assertEquals(2 / 3.0, found.shareBelow(), 1e-12);
        assertEquals(2, found.training());
    }
}
