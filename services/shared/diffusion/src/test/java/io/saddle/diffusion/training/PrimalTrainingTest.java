package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.schedule.LossWeighting;
import io.saddle.diffusion.torch.HostVector;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrimalTrainingTest {
    private static final Multipliers LAMBDA = new Multipliers(0.7);
    private static final ModelState INITIAL = ModelState.initial(TinyRun.NETWORK, 3);

    private static PrimalTraining training(TrainingSettings settings) {
        return new PrimalTraining(settings, TinyRun.sources(), INITIAL);
    }

    private static TrainingSettings mixture(Precision precision) {
        return TinyRun.settings(BatchingMode.MIXTURE, 10, precision, 3, 5);
    }

    private static ModelState after(PrimalTraining training, int steps) {
        for (int i = 0; i < steps; i++) {
            assertTrue(training.step(LAMBDA).finite());
        }
        return training.capture();
    }

    private static void assertSame(ModelState expected, ModelState actual) {
        assertEquals(expected.step(), actual.step());
        assertArrayEquals(expected.weights().toFloats(), actual.weights().toFloats());
        assertArrayEquals(expected.adamMean().toFloats(), actual.adamMean().toFloats());
        assertArrayEquals(
                expected.adamVariance().toFloats(), actual.adamVariance().toFloats());
        assertArrayEquals(expected.ema().toFloats(), actual.ema().toFloats());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldContinueARestoredRunToTheLastBit(Precision precision) {
        ModelState undisturbed;
        ModelState half;
        try (PrimalTraining training = training(mixture(precision))) {
            half = after(training, 8);
            undisturbed = after(training, 8);
        }
        try (PrimalTraining other = training(mixture(precision))) {
            after(other, 3);
            other.restore(half);
            assertSame(undisturbed, after(other, 8));
        }
    }

    /** Taken for moments of one step, they would be ten times as large, and the average would forget what it was. */
    @Test
    void shouldCountTheStepsOfTheRunThatMomentsAndAverageComeFrom() {
        TrainingSettings settings = mixture(Precision.FP32);
        AdamWSettings adam = settings.optimizer();
        try (PrimalTraining first = training(settings);
                PrimalTraining second = training(settings)) {
            ModelState forked = after(first, 20).forked();
            assertEquals(0, forked.step());
            assertEquals(20, forked.stepsBefore());
            second.restore(forked);
            ModelState next = after(second, 1);
            assertEquals(1, next.step());
            assertEquals(20, next.stepsBefore());
            double rate = settings.learningRate().at(1);
            float[] before = forked.weights().toFloats();
            float[] weights = next.weights().toFloats();
            float[] mean = next.adamMean().toFloats();
            float[] variance = next.adamVariance().toFloats();
            float[] ema = next.ema().toFloats();
            float[] emaBefore = forked.ema().toFloats();
            double decay = settings.averaging().decayAt(21);
            for (int i = 0; i < weights.length; i++) {
                double m = mean[i] / (1 - Math.pow(adam.beta1(), 21));
                double v = variance[i] / (1 - Math.pow(adam.beta2(), 21));
                double expected =
                        before[i] * (1 - rate * adam.weightDecay()) - rate * m / (Math.sqrt(v) + adam.epsilon());
                assertEquals(expected, weights[i], 1e-5 * rate + 1e-6 * Math.abs(expected), "weight " + i);
                assertEquals(decay * emaBefore[i] + (1 - decay) * weights[i], ema[i], 1e-6, "average of weight " + i);
            }
        }
    }

    @Test
    void shouldRepeatARunWithTheSameSeedAndDifferWithAnother() {
        TrainingSettings otherSeed = TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 3, 6);
        try (PrimalTraining first = training(mixture(Precision.FP32));
                PrimalTraining second = training(mixture(Precision.FP32));
                PrimalTraining third = training(otherSeed)) {
            ModelState expected = after(first, 5);
            assertSame(expected, after(second, 5));
            assertFalse(Arrays.equals(
                    expected.weights().toFloats(), after(third, 5).weights().toFloats()));
        }
    }

    @Test
    void shouldTellHowMuchOfAStepLibtorchTakes() {
        try (PrimalTraining training = training(mixture(Precision.FP32))) {
            for (int i = 0; i < 20; i++) {
                StepReport report = training.step(LAMBDA);
                assertTrue(report.libtorchMillis() > 0);
                assertTrue(
                        report.libtorchMillis() < report.stepMillis(),
                        report.libtorchMillis() + " of " + report.stepMillis() + " ms: neither a sum over the workers"
                                + " nor over the steps");
            }
        }
    }

    /** Losses are told as constraints are measured. */
    @Test
    void shouldDescendOnTheWeightedObjectiveAndReportThePlainOne() {
        TrainingSettings plain = TinyRun.settings(BatchingMode.WEIGHTED_SUM, 10, Precision.FP32, 0, 5);
        TrainingSettings weighted = TinyRun.withMinSnr(plain, 5);
        try (PrimalTraining without = training(plain);
                PrimalTraining with = training(weighted)) {
            StepReport first = without.step(LAMBDA);
            StepReport second = with.step(LAMBDA);
            double constraint = 0.7 * first.sources().get(1).loss();
            assertEquals(first.sources(), second.sources());
            assertEquals(first.sources().get(0).loss() + constraint, first.lagrangianLoss(), 1e-6);
            LossWeighting weights = weighted.objectiveWeighting();
            StepPlan plan = StepPlan.of(weighted, new int[] {30, 7}, LAMBDA, 1);
            double most = 0;
            for (int row = 0; row < plan.start(1); row++) {
                most = Math.max(most, weights.at(plan.timesteps()[row]));
            }
            double objective = second.lagrangianLoss() - constraint;
            assertTrue(
                    objective > 0 && objective < most * first.sources().get(0).loss(), "objective " + objective);
            assertNotEquals(first.gradientNorm(), second.gradientNorm(), 1e-3);
        }
    }

    @Test
    void shouldLowerTheLossAndMoveEveryParameter() {
        try (PrimalTraining training = training(mixture(Precision.FP32))) {
            double before = training.step(LAMBDA).lagrangianLoss();
            ModelState state = after(training, 50);
            assertTrue(training.step(LAMBDA).lagrangianLoss() < before / 2);
            float[] weights = state.weights().toFloats();
            float[] initial = INITIAL.weights().toFloats();
            for (int i = 0; i < weights.length; i++) {
                assertTrue(weights[i] != initial[i], "weight " + i + " never moved");
            }
        }
    }

    @Test
    void shouldLeaveTheStateAloneWhenTheLossIsNotFinite() {
        try (PrimalTraining training = training(mixture(Precision.FP32))) {
            after(training, 2);
            ModelState good = training.capture();
            float[] broken = good.weights().toFloats();
            broken[7] = Float.NaN;
            ModelState bad = new ModelState(
                    HostVector.of(broken), good.adamMean(), good.adamVariance(), good.ema(), good.step());
            training.restore(bad);
            StepReport report = training.step(LAMBDA);
            assertFalse(report.finite());
            assertSame(bad, training.capture());
            training.restore(good);
            assertTrue(training.step(LAMBDA).finite());
        }
    }

    @Test
    void shouldSplitTheGradientBySourceAndBlockInDiagnosticsStepsOnly() {
        TrainingSettings settings = TinyRun.settings(BatchingMode.WEIGHTED_SUM, 6, Precision.FP32, 2, 5);
        try (PrimalTraining training = training(settings)) {
            StepReport plain = training.step(LAMBDA);
            assertTrue(Double.isNaN(plain.sources().get(1).gradientNorm()));
            assertTrue(plain.blockGradientNorms().isEmpty());
            StepReport split = training.step(LAMBDA);
            SourceReport objective = split.sources().get(0);
            SourceReport constraint = split.sources().get(1);
            assertEquals(1, objective.cosineToObjective(), 1e-12);
            // |g_0 + lambda g_1|^2 = |g_0|^2 + lambda^2 |g_1|^2 + 2 lambda |g_0| |g_1| cos
            double a = objective.gradientNorm();
            double b = 0.7 * constraint.gradientNorm();
            double squared = a * a + b * b + 2 * a * b * constraint.cosineToObjective();
            assertEquals(Math.sqrt(squared), split.gradientNorm(), 1e-4 * split.gradientNorm());
            double blocks = split.blockGradientNorms().values().stream()
                    .mapToDouble(norm -> norm * norm)
                    .sum();
            assertEquals(split.gradientNorm(), Math.sqrt(blocks), 1e-5 * split.gradientNorm());
            assertTrue(
                    split.blockGradientNorms().keySet().containsAll(List.of("conv_in", "down_blocks.1", "mid_block")));
        }
    }

    @Test
    void shouldTakeTheSameStepWithAndWithoutDiagnosticsUpToRounding() {
        try (PrimalTraining with = training(TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 1, 5));
                PrimalTraining without = training(TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 0, 5))) {
            StepReport split = with.step(LAMBDA);
            StepReport whole = without.step(LAMBDA);
            assertEquals(whole.gradientNorm(), split.gradientNorm(), 1e-4 * whole.gradientNorm());
            assertEquals(whole.lagrangianLoss(), split.lagrangianLoss(), 1e-5 * whole.lagrangianLoss());
        }
    }

    @Test
    void shouldReportTheLossOfASourceWithoutWeightButNotFollowIt() {
        TrainingSettings both = TinyRun.settings(BatchingMode.WEIGHTED_SUM, 6, Precision.FP32, 0, 5);
        TrainingSettings alone = TinyRun.settings(BatchingMode.MIXTURE, 6, Precision.FP32, 0, 5);
        try (PrimalTraining training = training(both);
                PrimalTraining objective =
                        new PrimalTraining(alone, List.of(TinyRun.sources().get(0)), INITIAL)) {
            StepReport report = training.step(new Multipliers(0));
            StepReport expected = objective.step(new Multipliers());
            assertEquals(6, report.sources().get(1).rows());
            assertTrue(report.sources().get(1).loss() > 0);
            assertEquals(expected.lagrangianLoss(), report.lagrangianLoss(), 1e-6);
            assertArrayEquals(
                    objective.capture().weights().toFloats(),
                    training.capture().weights().toFloats(),
                    1e-6f);
        }
    }

    @Test
    void shouldChangeTheConstraintsBetweenSteps() {
        try (PrimalTraining training = training(mixture(Precision.FP32))) {
            training.step(LAMBDA);
            training.replaceSources(List.of(TinyRun.sources().get(0)));
            assertEquals(2, training.step(new Multipliers()).step());
            assertThrows(IllegalArgumentException.class, () -> training.step(LAMBDA));
        }
    }

    @Test
    void shouldRefuseAStateOfAnotherNetwork() {
        ModelState other = ModelState.startingFrom(HostVector.of(new float[10]));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PrimalTraining(mixture(Precision.FP32), TinyRun.sources(), other));
    }
}
