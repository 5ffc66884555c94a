package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import org.junit.jupiter.api.Test;

class LagrangianGradientTest {
    private static final Multipliers LAMBDA = new Multipliers(0.5);
    private static final int STEPS = 120;

    /** Mean gradient over many steps from the same weights; AdamW's first mean is (1 - beta1) g. */
    private static double[] meanGradient(BatchingMode batching, int batch) {
        TrainingSettings base = TinyRun.settings(batching, batch, Precision.FP32, 0, 1);
        TrainingSettings unclipped = new TrainingSettings(
                base.network(),
                base.schedule(),
                base.prediction(),
                batch,
                batching,
                base.learningRate(),
                base.optimizer(),
                Double.POSITIVE_INFINITY,
                0,
                Precision.FP32,
                2,
                32,
                1,
                0,
                true);
        ModelState start = ModelState.initial(TinyRun.NETWORK, 3);
        int size = start.weights().length;
        double[] mean = new double[size];
        try (PrimalTraining training = new PrimalTraining(unclipped, TinyRun.sources(), start)) {
            for (int step = 0; step < STEPS; step++) {
                training.restore(
                        new ModelState(start.weights(), start.adamMean(), start.adamVariance(), start.ema(), step));
                training.step(LAMBDA);
                float[] first = training.capture().adamMean();
                for (int i = 0; i < size; i++) {
                    mean[i] += first[i] / 0.1 / STEPS;
                }
            }
        }
        return mean;
    }

    @Test
    void shouldHaveTheSameMeanGradientInBothBatchingModes() {
        double[] mixture = meanGradient(BatchingMode.MIXTURE, 12);
        double[] sum = meanGradient(BatchingMode.WEIGHTED_SUM, 12);
        double dot = 0;
        double a = 0;
        double b = 0;
        for (int i = 0; i < sum.length; i++) {
            dot += mixture[i] * sum[i];
            a += mixture[i] * mixture[i];
            b += sum[i] * sum[i];
        }
        assertTrue(dot / Math.sqrt(a * b) > 0.995, "cosine was " + dot / Math.sqrt(a * b));
        assertEquals(1, Math.sqrt(a / b), 0.03);
    }
}
