package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.Guidance;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.sampling.SampleLabels;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.torch.HostVector;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training with dark images of class 0, bright ones of class 1, and class 2 for none. */
class ClassTrainingTest {
    private static final UNet2DConfig NETWORK = TinyRun.NETWORK.withClassEmbeds(3);
    private static final ModelState INITIAL = ModelState.initial(NETWORK, 3);
    private static final Multipliers NONE = new Multipliers();

    private static PrimalTraining training(Precision precision, int workers) {
        TrainingSettings settings = TinyRun.settings(NETWORK, 0.2, BatchingMode.MIXTURE, 16, precision, workers, 0, 5);
        return new PrimalTraining(settings, List.of(source()), INITIAL);
    }

    private static Source source() {
        SplittableRandom random = new RandomStreams(1).stream("classes");
        byte[] pixels = new byte[40 * 64];
        int[] labels = new int[40];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / 64;
            labels[image] = image % 2;
            pixels[i] = (byte) (labels[image] * 180 + random.nextInt(40));
        }
        return new Source("objective", new ImageDataSet(pixels, labels, 1, 8, 8)).withHorizontalFlip(0.5);
    }

    private static double mean(NoisePredictor model, int label, Guidance guidance) {
        TrainingSettings settings = TinyRun.settings(BatchingMode.MIXTURE, 16, Precision.FP32, 0, 5);
        DdimSampler sampler =
                new DdimSampler(NoiseSchedule.of(settings.schedule(), "DDIM"), settings.prediction(), 10, 0);
        float[] pixels = new ImageSampler(model, sampler, SampleLabels.inTurn(label), guidance)
                .sample(16, 1, 16, 1)
                .pixels();
        double sum = 0;
        for (float pixel : pixels) {
            sum += pixel;
        }
        return sum / pixels.length;
    }

    @Test
    void shouldTellTwoClassesApart() {
        float[] weights;
        try (PrimalTraining training = training(Precision.FP32, 2)) {
            for (int i = 0; i < 100; i++) {
                assertTrue(training.step(NONE).finite());
            }
            weights = training.ema().toFloats();
        }
        try (UNet2D network = UNet2D.compile(NETWORK);
                NoisePredictor model = new NoisePredictor(network, HostVector.of(weights), Precision.FP32)) {
            double dark = mean(model, 0, null);
            double bright = mean(model, 1, null);
            assertTrue(dark < -0.5 && bright > 0.3, "class 0: " + dark + ", class 1: " + bright);
            double guided = mean(model, 1, new Guidance(2)) - mean(model, 0, new Guidance(2));
            assertTrue(guided > 0.8, "with guidance the classes are " + guided + " apart");
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldContinueARestoredRunToTheLastBit(Precision precision) {
        try (PrimalTraining training = training(precision, 2);
                PrimalTraining other = training(precision, 2)) {
            after(training, 3);
            ModelState half = training.capture();
            float[] undisturbed = after(training, 3);
            after(other, 1);
            other.restore(half);
            assertArrayEquals(undisturbed, after(other, 3));
        }
    }

    @Test
    void shouldTakeTheSameStepsWithAnyNumberOfWorkersUpToRounding() {
        try (PrimalTraining one = training(Precision.FP32, 1);
                PrimalTraining three = training(Precision.FP32, 3)) {
            for (int i = 0; i < 3; i++) {
                double loss = one.step(NONE).lagrangianLoss();
                assertEquals(loss, three.step(NONE).lagrangianLoss(), 1e-5 * loss);
            }
        }
    }

    private static float[] after(PrimalTraining training, int steps) {
        for (int i = 0; i < steps; i++) {
            assertTrue(training.step(NONE).finite());
        }
        return training.weights().toFloats();
    }
}
