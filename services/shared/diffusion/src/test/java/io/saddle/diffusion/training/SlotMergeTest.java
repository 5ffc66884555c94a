package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SlotMergeTest {
    private static final Multipliers LAMBDA = new Multipliers(0.7);
    private static final ModelState INITIAL = ModelState.initial(TinyRun.NETWORK, 3);
    private static final TrainingSettings SETTINGS = TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 0, 5);

    private static SlotState slot(float... values) {
        float[] moments = new float[values.length];
        Arrays.fill(moments, values[0]);
        return new SlotState(HostVector.of(values), HostVector.of(moments), HostVector.of(moments));
    }

    @Test
    void isTheMeanOfWeightsAndMomentsAndTheAverageGoesAsFarAsItsStepsWould() {
        ModelState base = new ModelState(
                HostVector.of(0, 0), HostVector.of(9, 9), HostVector.of(9, 9), HostVector.of(10, -10), 40, 2);
        try (SlotMerge merge = new SlotMerge(2)) {
            merge.add(slot(1, 5));
            merge.add(slot(2, 6));
            merge.add(slot(6, 7));
            try (ModelState merged = merge.merged(base, 3, new Ema(0.5))) {
                assertArrayEquals(new float[] {3, 6}, merged.weights().toFloats());
                assertArrayEquals(new float[] {3, 3}, merged.adamMean().toFloats());
                assertArrayEquals(new float[] {3, 3}, merged.adamVariance().toFloats());
                // 1 - 0.5^3 of the way
                assertArrayEquals(new float[] {3.875f, 4}, merged.ema().toFloats());
                assertEquals(43, merged.step());
                assertEquals(2, merged.stepsBefore());
            }
        }
        assertArrayEquals(new float[] {10, -10}, base.ema().toFloats(), "the base is left as it is");
    }

    @Test
    void refusesTheStateOfAnotherNetwork() {
        try (SlotMerge merge = new SlotMerge(3)) {
            String message = assertThrows(IllegalArgumentException.class, () -> merge.add(slot(1, 2)))
                    .getMessage();
            assertEquals("the network has 3 weights, slot 0 has 2", message);
        }
    }

    private static float[] steps(PrimalTraining training, int slot) {
        training.restore(INITIAL);
        training.drawAs(slot);
        for (int i = 0; i < 4; i++) {
            assertTrue(training.step(LAMBDA).finite());
        }
        try (HostVector weights = training.weights()) {
            return weights.toFloats();
        }
    }

    @Test
    void aSlotsStepsAreItsOwnWhoeverTakesThemAndAfterWhatever() {
        try (PrimalTraining one = new PrimalTraining(SETTINGS, TinyRun.sources(), INITIAL);
                PrimalTraining other = new PrimalTraining(SETTINGS, TinyRun.sources(), INITIAL)) {
            float[] without = steps(other, 0);
            float[] first = steps(one, 0);
            float[] second = steps(one, 1);
            float[] third = steps(one, 2);
            assertArrayEquals(without, first, "slot 0 draws as a run without slots");
            assertArrayEquals(third, steps(other, 2));
            assertArrayEquals(second, steps(other, 1));
            assertFalse(Arrays.equals(first, second), "each slot has images and noise of its own");
            assertFalse(Arrays.equals(second, third));
        }
    }
}
