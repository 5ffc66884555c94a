package io.saddle.lab.experiment.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotTrialTest {

    private static final int BATCH = 2;

    private final RunSpec spec = new RunSpecParser().parse("run.yaml", """
            name: trial
            seed: 5
            data: {classes: {4: {count: 8}}}
            model: {unet: {block_out_channels: [4], layers_per_block: 1, norm_num_groups: 2, attention_head_dim: 2,
              down_block_types: [DownBlock2D], up_block_types: [UpBlock2D]}}
            training: {steps: 100, batchSize: 2, precision: fp32, device: cpu, warmupSteps: 0}
            constraints: []
            evaluation: {images: 2, samplerSteps: 2}
            """);
    private final ImageDataSet data = open();

    private ImageDataSet open() {
        try {
            return new SelectedData().open(DataSelections.toAvro(spec.data()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SlotCurve curve(SlotVariant variant, int images) throws IOException {
        try (SlotTrial trial = new SlotTrial(variant, spec, data, samples -> samples.count())) {
            return trial.run("trial", "basis", "judge", images, seen -> {});
        }
    }

    private static SlotVariant slots(int slots, int localSteps, OuterStep outer, boolean keepsMoments) {
        return new SlotVariant(slots, localSteps, BATCH, outer, keepsMoments);
    }

    /** The loss of the mean of what both slots come to from the start. */
    private double byHand(int steps) {
        RunModel model = RunModel.of(spec);
        int workers = Runtime.getRuntime().availableProcessors();
        List<float[]> ended = new ArrayList<>();
        for (int slot = 0; slot < 2; slot++) {
            try (ModelState initial = ModelState.initial(model.network(), spec.seed());
                    PrimalTraining training = new PrimalTraining(
                            model.trainingSettings(spec, Precision.FP32, workers),
                            List.of(new Source("objective", data)),
                            initial)) {
                training.drawAs(slot);
                for (int step = 0; step < steps; step++) {
                    training.step(new Multipliers());
                }
                try (HostVector weights = training.weights()) {
                    ended.add(weights.toFloats());
                }
            }
        }
        float[] mean = new float[ended.get(0).length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (ended.get(0)[i] + ended.get(1)[i]) / 2;
        }
        try (UNet2D network = UNet2D.compile(model.network());
                HostVector weights = HostVector.of(mean);
                NoisePredictor predictor = new NoisePredictor(network, weights, Precision.FP32)) {
            return new LossEvaluator(model.forwardProcess(), NoisePredictor.BATCH, workers)
                    .estimate(predictor, data, 1024, 0)
                    .loss();
        }
    }

    @Test
    void twoSlotsComeToTheMeanOfWhatEachDrawsAndLearns() throws IOException {
        SlotCurve curve = curve(slots(2, 100, OuterStep.MEAN, false), 32);

        assertEquals(
                List.of(8L, 16L, 24L, 32L),
                curve.points().stream().map(SlotCurve.Point::images).toList());
        assertEquals(8, curve.steps());
        assertEquals(4, curve.merges(), "a state that is looked at ends a round");
        assertEquals(byHand(2), curve.points().get(0).loss().loss(), 1e-7);
        assertEquals(2, curve.points().get(0).frechet(), "of as many samples as the specification says");
    }

    @Test
    void mergesDifferFromTheSecondRoundOn() throws IOException {
        SlotCurve plain = curve(slots(2, 1, OuterStep.MEAN, false), 32);
        SlotCurve kept = curve(slots(2, 1, OuterStep.MEAN, true), 32);
        SlotCurve outer = curve(slots(2, 1, new OuterStep(0.7, 0.9), false), 32);

        assertNotEquals(plain.points().get(0).loss(), kept.points().get(0).loss(), "which is two rounds on");
        assertNotEquals(plain.last().loss(), outer.last().loss());
        assertEquals(
                plain.points(),
                curve(slots(2, 1, OuterStep.MEAN, false), 32).points(),
                "the same again is the same to the bit");
    }
}
