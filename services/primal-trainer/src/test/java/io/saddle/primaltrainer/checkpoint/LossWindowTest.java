package io.saddle.primaltrainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LossWindowTest {

    private static final int[] ROWS = {3, 1, 0, 4, 2};
    private static final double[] LOSSES = {0.5, 0.9, Double.NaN, 0.25, 0.75};

    private static LossWindow window(int[] rows, double[] losses) {
        LossWindow window = LossWindow.EMPTY;
        for (int i = 0; i < rows.length; i++) {
            window = window.plus(rows[i], losses[i]);
        }
        return window;
    }

    @Test
    void theMeanIsTheMeanOverAllRows() {
        LossEstimateResult result = window(ROWS, LOSSES).estimate();
        assertEquals((3 * 0.5 + 0.9 + 4 * 0.25 + 2 * 0.75) / 10, result.loss(), 1e-15);
        assertEquals(10, result.samples());
    }

    @Test
    void aStepWithoutARowCountsForNothing() {
        assertSame(LossWindow.EMPTY, LossWindow.EMPTY.plus(0, Double.NaN));
        assertEquals(4, window(ROWS, LOSSES).steps());
    }

    @Test
    void withEqualStepsTheStandardErrorIsThatOfTheStepMeans() {
        double[] losses = {0.5, 0.9, 0.25, 0.75};
        double mean = Arrays.stream(losses).average().orElseThrow();
        double sampleVariance =
                Arrays.stream(losses).map(l -> (l - mean) * (l - mean)).sum() / (losses.length - 1);

        LossEstimateResult result = window(new int[] {8, 8, 8, 8}, losses).estimate();

        assertEquals(mean, result.loss(), 1e-15);
        assertEquals(Math.sqrt(sampleVariance / losses.length), result.standardError(), 1e-12);
    }

    @Test
    void oneStepTellsNothingOfTheError() {
        assertEquals(Double.NaN, LossWindow.EMPTY.plus(5, 0.5).estimate().standardError());
    }

    @Test
    void windowsAddUp() {
        LossWindow first = LossWindow.EMPTY.plus(2, 0.5).plus(4, 0.25);
        LossWindow second = LossWindow.EMPTY.plus(8, 0.125);
        assertEquals(first.plus(8, 0.125), first.plus(second));
    }
}
