package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.model.RunModel;
import io.saddle.run.dual.DualMemory;
import io.saddle.run.dual.DualRule;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The multiplier that training finds against the one that follows from the definition. The objective's data is one image, all pixels 1,
 * and the constraint's another, all pixels -1: supports without a common point.
 *
 * <p>Whatever the multipliers are, the best predictor of the Lagrangian is that of the mixture (q_0 + lambda q_1) / (1 + lambda), and of two points that
 * one is known: the image is the first with probability p = 1 / (1 + (w_1 / w_0) exp(-2 s sum(x_t) / n^2)), for x_t = s x_0 + n eps. Its
 * mean squared error in v on the second image is E 4 p^2 / n^2. So the threshold b = that error at a mixture weight w is met with equality at lambda
 * = w / (1 - w), which training has to find. (Where the loss is weighted to be a likelihood, the same argument gives the closed form
 * w = exp(h - b).)
 */
class DisjointSupportsTest {

    private static final int SIDE = 4;
    private static final int PIXELS = SIDE * SIDE;
    private static final int PRIMAL_STEPS = 5;
    private static final int DUAL_STEPS = 240;
    private static final int SAMPLES = 200;

    private static final String RUN = """
            name: two-points
            model:
              unet: {sample_size: 4, block_out_channels: [16], down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], norm_num_groups: 4}
            training: {steps: 1200, batchSize: 32, learningRate: 3.0e-3, warmupSteps: 50, decay: cosine}
            dual: {learningRate: 1}
            constraints: [{id: second, threshold: 0, data: {}}]
            """;

    private final RunSpec spec = new RunSpecParser().parse("two-points", RUN);
    private final RunModel model = RunModel.of(spec);

    @Test
    void trainingFindsTheMultiplierThatFollowsFromTheDefinition() {
        double wanted = 0.5;
        double threshold = loss(wanted / (1 + wanted));

        assertEquals(wanted, found(threshold), 0.15 * wanted);
    }

    /** The best predictor's error on the second image where that has this weight in the mixture; a sum over the noise levels and a grid. */
    private double loss(double weight) {
        float[] signalSquared = NoiseSchedule.of(model.schedule(), "this test").alphasCumprod();
        double sum = 0;
        for (float alphaBar : signalSquared) {
            double s = Math.sqrt(alphaBar);
            double n2 = 1 - alphaBar;
            double mean = 0;
            double mass = 0;
            for (double z = -8; z <= 8; z += 0.01) {
                double density = Math.exp(-z * z / 2);
                double pixels = -PIXELS * s + Math.sqrt(PIXELS * n2) * z;
                double p = 1 / (1 + weight / (1 - weight) * Math.exp(-2 * s * pixels / n2));
                mean += density * p * p;
                mass += density;
            }
            sum += 4 * mean / mass / n2;
        }
        return sum / signalSquared.length;
    }

    /** Mean over the last quarter of the dual steps. */
    private double found(double threshold) {
        ImageDataSet second = image((byte) 0);
        LossEvaluator evaluator = new LossEvaluator(model.forwardProcess(), SAMPLES, 1);
        DualRule rule = DualRule.of(spec.dual(), spec.constraints().get(0));
        double lambda = 0;
        double sum = 0;
        DualMemory memory = DualMemory.NONE;
        try (ModelState start = ModelState.initial(model.network(), 1);
                UNet2D network = UNet2D.compile(model.network());
                PrimalTraining training = new PrimalTraining(
                        model.trainingSettings(spec, 1),
                        List.of(
                                new Source("objective", image((byte) 255), null, 0),
                                new Source("second", second, null, 0)),
                        start)) {
            for (int dual = 0; dual < DUAL_STEPS; dual++) {
                for (int step = 0; step < PRIMAL_STEPS; step++) {
                    training.step(new Multipliers(lambda));
                }
                double measured;
                try (HostVector weights = training.weights();
                        NoisePredictor predictor = new NoisePredictor(network, weights, Precision.FP32)) {
                    measured = evaluator.estimate(predictor, second, SAMPLES, 1).loss();
                }
                DualRule.Outcome outcome = rule.step(measured, threshold, lambda, memory);
                lambda = outcome.multiplier();
                memory = outcome.memory();
                sum += dual >= DUAL_STEPS * 3 / 4 ? lambda : 0;
            }
        }
        return sum / (DUAL_STEPS / 4);
    }

    private static ImageDataSet image(byte level) {
        byte[] pixels = new byte[PIXELS];
        Arrays.fill(pixels, level);
        return new ImageDataSet(pixels, new int[] {0}, 1, SIDE, SIDE);
    }
}
