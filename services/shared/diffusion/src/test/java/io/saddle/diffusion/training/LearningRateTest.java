package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {
    @Test
    void shouldWarmUpLinearlyToThePeakAndStay() {
        LearningRate rate = LearningRate.constant(0.4, 4);
        assertEquals(0.1, rate.at(1), 1e-12);
        assertEquals(0.4, rate.at(4), 1e-12);
        assertEquals(0.4, rate.at(1_000_000), 1e-12);
    }

    @Test
    void shouldStartAtThePeakWithoutWarmUp() {
        assertEquals(0.4, LearningRate.constant(0.4, 0).at(1), 1e-12);
        assertEquals(0.4, LearningRate.cosine(0.4, 0, 10).at(1), 1e-12);
    }

    @Test
    void shouldFallToHalfInTheMiddleAndToZeroAfterTheLastStep() {
        LearningRate rate = LearningRate.cosine(0.4, 100, 300);
        assertEquals(0.4, rate.at(101), 1e-12);
        assertEquals(0.2, rate.at(201), 1e-12);
        assertEquals(0, rate.at(301), 1e-12);
        assertEquals(0, rate.at(10_000), 1e-12);
    }

    /** diffusers' get_cosine_schedule_with_warmup(num_warmup_steps=2, num_training_steps=6) at s - 1; its warm-up: at s. */
    @ParameterizedTest
    @CsvSource({"1, 0.5", "2, 1", "3, 1", "4, 0.853553390593", "5, 0.5", "6, 0.146446609407", "7, 0"})
    void shouldNotBeZeroBeforeTheStepAfterTheLast(long step, double factor) {
        assertEquals(0.4 * factor, LearningRate.cosine(0.4, 2, 6).at(step), 1e-12);
    }

    @Test
    void shouldRefuseACosineThatEndsInTheWarmUp() {
        assertThrows(IllegalArgumentException.class, () -> LearningRate.cosine(0.4, 100, 100));
    }

    @Test
    void shouldScaleOnlyGradientsAboveTheNorm() {
        GradientClipping clipping = new GradientClipping(2);
        assertEquals(1, clipping.factor(1.9));
        assertEquals(0.5, clipping.factor(4), 1e-6);
        assertEquals(1, new GradientClipping(Double.POSITIVE_INFINITY).factor(1e30));
    }
}
