package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.random.RandomStreams;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MixtureAllocationTest {
    @Test
    void shouldBeUnbiasedAndNeverFurtherThanOneRowFromTheMean() {
        double[] mixture = new Multipliers(0.8, 0.013, 0.3).mixture();
        RandomStreams streams = new RandomStreams(1);
        double[] mean = new double[4];
        int steps = 200_000;
        for (int step = 0; step < steps; step++) {
            int[] rows = MixtureAllocation.rows(
                    mixture, 16, streams.stream("mixture", step).nextDouble());
            assertEquals(16, Arrays.stream(rows).sum());
            for (int i = 0; i < 4; i++) {
                assertTrue(Math.abs(rows[i] - 16 * mixture[i]) < 1);
                mean[i] += (double) rows[i] / steps;
            }
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(16 * mixture[i], mean[i], 0.005);
        }
    }

    @Test
    void shouldGiveEverythingToTheObjectiveWithoutMultipliers() {
        double[] mixture = new Multipliers(0, 0).mixture();
        for (double u : new double[] {0, 0.3, Math.nextDown(1.0)}) {
            assertArrayEquals(new int[] {64, 0, 0}, MixtureAllocation.rows(mixture, 64, u));
        }
    }

    @Test
    void shouldSkipASourceWithoutWeightInTheMiddle() {
        double[] mixture = new Multipliers(0, 1).mixture();
        for (double u : new double[] {0, 0.5, 0.999999}) {
            assertArrayEquals(new int[] {32, 0, 32}, MixtureAllocation.rows(mixture, 64, u));
        }
    }

    @Test
    void shouldTurnMultipliersIntoMixtureWeights() {
        Multipliers lambda = new Multipliers(1, 2);
        assertEquals(4, lambda.scale());
        assertArrayEquals(new double[] {0.25, 0.25, 0.5}, lambda.mixture());
    }

    @Test
    void shouldRefuseNegativeAndInfiniteMultipliers() {
        assertThrows(IllegalArgumentException.class, () -> new Multipliers(-0.1));
        assertThrows(IllegalArgumentException.class, () -> new Multipliers(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Multipliers(Double.POSITIVE_INFINITY));
    }
}
