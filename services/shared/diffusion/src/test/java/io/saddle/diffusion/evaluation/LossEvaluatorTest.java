package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.ParameterSpec;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossEvaluatorTest {
    private static final UNet2DConfig CONFIG = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
    private static final ForwardProcess PROCESS = new ForwardProcess(NoiseSchedule.cosine(100), PredictionType.EPSILON);
    private static final ImageDataSet DATA = data();

    private static ImageDataSet data() {
        byte[] pixels = new byte[20 * 64];
        new Random(1).nextBytes(pixels);
        return new ImageDataSet(pixels, new int[20], 1, 8, 8);
    }

    /** A network whose last layer is 0 predicts 0: its loss is the mean square of the noise. */
    private static float[] zeroOutput(UNet2D network) {
        float[] weights = network.layout().initialValues(1).toFloats();
        network.layout().parameters().stream()
                .filter(p -> p.name().startsWith("conv_out"))
                .forEach(p -> java.util.Arrays.fill(weights, p.offset(), p.end(), 0f));
        return weights;
    }

    @Test
    void shouldKnowItsErrorForANetworkThatPredictsNothing() {
        try (UNet2D network = UNet2D.compile(CONFIG);
                NoisePredictor model =
                        new NoisePredictor(network, HostVector.of(zeroOutput(network)), Precision.FP32)) {
            LossEstimateResult result = new LossEvaluator(PROCESS, 16, 2).estimate(model, DATA, 500, 3);
            double exactError = Math.sqrt(2.0 / 64 / 500);
            assertEquals(exactError, result.standardError(), 0.1 * exactError);
            assertEquals(1, result.loss(), 4 * exactError);
        }
    }

    @Test
    void shouldUseTheSameDrawsWhateverTheBatchIs() {
        try (UNet2D network = UNet2D.compile(CONFIG);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            LossEstimateResult small = new LossEvaluator(PROCESS, 7, 1).estimate(model, DATA, 50, 3);
            LossEstimateResult large = new LossEvaluator(PROCESS, 50, 2).estimate(model, DATA, 50, 3);
            LossEstimateResult other = new LossEvaluator(PROCESS, 50, 2).estimate(model, DATA, 50, 4);
            assertEquals(small.loss(), large.loss(), 1e-6);
            assertEquals(small.standardError(), large.standardError(), 1e-6);
            assertNotEquals(large.loss(), other.loss());
        }
    }

    /** With a table that is 0 but for class 1, class 0 is judged as the network without classes is. */
    @Test
    void shouldJudgeEveryImageAsOneOfItsClass() {
        UNet2DConfig conditional = CONFIG.withClassEmbeds(3);
        try (UNet2D network = UNet2D.compile(conditional);
                UNet2D plain = UNet2D.compile(CONFIG)) {
            float[] weights = network.layout().initialValues(1).toFloats();
            ParameterSpec table = network.layout().parameters().stream()
                    .filter(p -> p.name().equals("class_embedding.weight"))
                    .findFirst()
                    .orElseThrow();
            int width = conditional.timeWidth();
            Arrays.fill(weights, table.offset(), table.offset() + width, 0f);
            try (NoisePredictor model = new NoisePredictor(network, HostVector.of(weights), Precision.FP32);
                    NoisePredictor without =
                            new NoisePredictor(plain, plain.layout().initialValues(1), Precision.FP32)) {
                LossEvaluator evaluator = new LossEvaluator(PROCESS, 7, 2);
                double expected = evaluator.estimate(without, DATA, 40, 3).loss();
                assertEquals(expected, evaluator.estimate(model, DATA, 40, 3).loss(), 1e-6);
                int[] ones = new int[DATA.count()];
                Arrays.fill(ones, 1);
                byte[] pixels = new byte[20 * 64];
                new Random(1).nextBytes(pixels);
                ImageDataSet other = new ImageDataSet(pixels, ones, 1, 8, 8);
                assertEquals(expected, evaluator.estimate(without, other, 40, 3).loss());
                assertNotEquals(
                        expected, evaluator.estimate(model, other, 40, 3).loss(), 1e-4);
            }
        }
    }

    @Test
    void shouldEndWithAQuarterOrHalfOfTheSameDrawsWhereThatIsEnough() {
        try (UNet2D network = UNet2D.compile(CONFIG);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            LossEvaluator evaluator = new LossEvaluator(PROCESS, 16, 2);
            LossEstimateResult whole = evaluator.estimate(model, DATA, 402, 3);
            List<LossEstimateResult> seen = new ArrayList<>();
            LossEstimateResult never = evaluator
                    .estimateUntil(
                            part -> {
                                seen.add(part.estimate());
                                return false;
                            },
                            model,
                            DATA,
                            402,
                            3)
                    .estimate();
            assertEquals(whole.loss(), never.loss(), 1e-6);
            assertEquals(whole.standardError(), never.standardError(), 1e-6);
            LossEstimateResult quarter = seen.get(0);
            LossEstimateResult half = seen.get(1);
            assertEquals(100, quarter.samples(), 1);
            assertEquals(201, half.samples(), 1);
            LossEvaluator.Part first = evaluator.estimateUntil(part -> true, model, DATA, 402, 3);
            assertEquals(quarter, first.estimate());
            assertArrayEquals(first.of(evaluator.losses(model, DATA, 402, 3)), first.losses(), 1e-6);
            assertEquals(
                    half,
                    evaluator
                            .estimateUntil(part -> part.draws().length > 150, model, DATA, 402, 3)
                            .estimate());
            for (LossEstimateResult part : List.of(quarter, half)) {
                assertEquals(whole.loss(), part.loss(), 4 * part.standardError());
                double expected = whole.standardError() * Math.sqrt(402.0 / part.samples());
                assertEquals(expected, part.standardError(), 0.35 * expected);
            }
        }
    }

    /** A loss that rises with the timestep: a part that took the same place of each four would be off by its slope. */
    @Test
    void shouldTakeEachOfFourNeighboursEquallyOften() {
        int[] places = new int[4];
        for (int[] stage : LossEvaluator.stages(4000, 5).subList(0, 1)) {
            for (int sample : stage) {
                places[sample % 4]++;
            }
        }
        for (int count : places) {
            assertEquals(250, count, 60);
        }
        assertEquals(1000, LossEvaluator.stages(4000, 5).get(0).length);
        assertEquals(
                4000,
                LossEvaluator.stages(4000, 5).stream()
                        .flatMapToInt(Arrays::stream)
                        .distinct()
                        .count());
    }

    @Test
    void shouldNotCountASmoothDependenceOnTheTimestepAsNoise() {
        double[] losses = new double[1000];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = i / 1000.0;
        }
        assertTrue(LossEstimateResult.of(losses).standardError() < 1e-4);
        assertTrue(Double.isNaN(LossEstimateResult.of(new double[] {1}).standardError()));
    }

    @Test
    void shouldRefuseImagesOfAnotherSize() {
        ImageDataSet other = new ImageDataSet(new byte[16], new int[1], 1, 4, 4);
        try (UNet2D network = UNet2D.compile(CONFIG);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new LossEvaluator(PROCESS, 4, 1).estimate(model, other, 4, 1));
        }
    }
}
