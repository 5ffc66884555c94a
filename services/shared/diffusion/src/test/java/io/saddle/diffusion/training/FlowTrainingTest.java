package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.DistillationEvaluator;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.sampling.FlowEulerSampler;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flow matching: losses, constraints and samples along a straight line to the noise. */
class FlowTrainingTest {
    private static final Multipliers LAMBDA = new Multipliers(0.7);
    private static final double SHIFT = 2;
    private static final FlowSchedule SCHEDULE = new FlowSchedule(100, SHIFT);

    private static TrainingSettings settings(BatchingMode batching, int batch) {
        return TinyRun.asFlow(TinyRun.settings(batching, batch, Precision.FP32, 0, 5), SHIFT);
    }

    private static float[] trained(List<Source> sources, Multipliers lambda, int steps) {
        try (PrimalTraining training = new PrimalTraining(
                TinyRun.inLargerPasses(settings(BatchingMode.MIXTURE, 16)),
                sources,
                ModelState.initial(TinyRun.NETWORK, 3))) {
            for (int i = 0; i < steps; i++) {
                assertTrue(training.step(lambda).finite());
            }
            return training.ema().toFloats();
        }
    }

    /** sigma comes from the very draws that timesteps come from, and x_t - sigma (eps - x_0) is the image. */
    @Test
    void shouldDrawRowsOnTheLineToTheNoise() {
        TrainingSettings settings = settings(BatchingMode.WEIGHTED_SUM, 4);
        List<Source> sources = TinyRun.sources();
        StepPlan plan = StepPlan.of(settings, new int[] {30, 7}, LAMBDA, 1);
        assertArrayEquals(
                StepPlan.of(
                                TinyRun.settings(BatchingMode.WEIGHTED_SUM, 4, Precision.FP32, 0, 5),
                                new int[] {30, 7},
                                LAMBDA,
                                1)
                        .timesteps(),
                plan.timesteps());
        RowInputs inputs = new RowInputs(settings, new ForwardProcess(SCHEDULE, PredictionType.FLOW));
        inputs.draw(new RowInputs.Step(1, plan, plan.sourceOfRow(), sources, new RandomStreams(settings.seed())), 4, 8);
        float[] image = new float[64];
        for (int row = 4; row < 8; row++) {
            float sigma = SCHEDULE.noise()[plan.timesteps()[row]];
            assertEquals(100 * sigma, inputs.times()[row - 4]);
            sources.get(1).data().scaled(plan.images()[row], image, 0);
            for (int i = 0; i < 64; i++) {
                int at = (row - 4) * 64 + i;
                assertEquals(image[i], inputs.noisy()[at] - sigma * inputs.target()[at], 1e-5);
            }
        }
    }

    /** A network whose last layer is 0 says 0: its loss is E |eps - x_0|^2, 1 for the noise and the images' mean square. */
    @Test
    void shouldMeasureObjectiveAndConstraintsAsSquaredErrorOfTheDirection() {
        Source bright = TinyRun.sources().get(1);
        double square = 0;
        float[] image = new float[64];
        for (int i = 0; i < bright.count(); i++) {
            bright.data().scaled(i, image, 0);
            for (float value : image) {
                square += value * value / 64 / bright.count();
            }
        }
        try (UNet2D network = UNet2D.compile(TinyRun.NETWORK)) {
            float[] weights = network.layout().initialValues(1).toFloats();
            network.layout().parameters().stream()
                    .filter(p -> p.name().startsWith("conv_out"))
                    .forEach(p -> java.util.Arrays.fill(weights, p.offset(), p.end(), 0f));
            try (NoisePredictor model = new NoisePredictor(network, HostVector.of(weights), Precision.FP32);
                    PrimalTraining training = new PrimalTraining(
                            settings(BatchingMode.WEIGHTED_SUM, 64),
                            TinyRun.sources(),
                            ModelState.startingFrom(HostVector.of(weights)))) {
                LossEvaluator evaluator = new LossEvaluator(new ForwardProcess(SCHEDULE, PredictionType.FLOW), 16, 2);
                assertEquals(
                        1 + square,
                        evaluator.estimate(model, bright.data(), 500, 3).loss(),
                        0.1);
                assertEquals(1 + square, training.step(LAMBDA).sources().get(1).loss(), 0.2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 200})
    void shouldLearnToDrawTheImages(int brightness) {
        float[] weights = trained(List.of(TinyRun.source("objective", brightness, 30)), new Multipliers(), 150);
        try (UNet2D network = UNet2D.compile(TinyRun.NETWORK);
                NoisePredictor model = new NoisePredictor(network, HostVector.of(weights), Precision.FP32)) {
            float[] pixels = new ImageSampler(model, new FlowEulerSampler(SCHEDULE, 20))
                    .sample(16, 1, 16, 1)
                    .pixels();
            double sum = 0;
            for (float pixel : pixels) {
                sum += pixel;
            }
            assertEquals((brightness + 20) / 127.5 - 1, sum / pixels.length, 0.15);
        }
    }

    @Test
    void shouldStayNearATeacherAlongTheFlow() {
        DistillationEvaluator evaluator =
                new DistillationEvaluator(new ForwardProcess(SCHEDULE, PredictionType.FLOW), 16, 2);
        try (UNet2D network = UNet2D.compile(TinyRun.NETWORK);
                NoisePredictor teacher =
                        new NoisePredictor(network, network.layout().initialValues(9), Precision.FP32)) {
            List<Source> sources = List.of(TinyRun.source("objective", 20, 30), Source.distillation("stay", teacher));
            double[] distances = new double[2];
            for (int i = 0; i < 2; i++) {
                HostVector weights = HostVector.of(trained(sources, new Multipliers(20.0 * i), 50));
                try (NoisePredictor student = new NoisePredictor(network, weights, Precision.FP32)) {
                    distances[i] = evaluator.estimate(student, teacher, 64, 1).loss();
                }
            }
            assertTrue(distances[1] < distances[0] / 2, distances[1] + " with, " + distances[0] + " without");
        }
    }
}
