package io.saddle.lab.experiment.slot;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.FlatOps;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.SlotMerge;
import io.saddle.diffusion.training.SlotState;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A training in one process, its slots one after the other: what comes out is what trainers that share them come to. One use, one thread.
 */
final class SlotTrial implements AutoCloseable {

    private static final int LOSS_DRAWS = 1024;
    private static final long LOSS_SEED = 0;
    /** States that are looked at. */
    static final int POINTS = 4;

    private static final Multipliers NONE = new Multipliers(new double[0]);

    /** The Frechet distance of samples. */
    @FunctionalInterface
    interface Judge {
        double distance(ImageBatch samples) throws IOException;
    }

    private final SlotVariant variant;
    private final RunSpec spec;
    private final RunModel model;
    private final TrainingSettings settings;
    private final ImageDataSet data;
    private final Judge judge;
    private final int workers = Runtime.getRuntime().availableProcessors();
    private final FlatOps ops = new FlatOps();
    private final UNet2D network;
    private final PrimalTraining training;
    private final HostVector velocity;
    /** Moments of each slot, where they are kept. */
    private final List<SlotState> kept = new ArrayList<>();

    private ModelState state;

    /**
     * @param spec whose batch size is the variant's
     * @param data of the objective
     */
    SlotTrial(SlotVariant variant, RunSpec spec, ImageDataSet data, Judge judge) {
        this.variant = variant;
        this.spec = spec;
        this.data = data;
        this.judge = judge;
        model = RunModel.of(spec);
        settings = model.trainingSettings(spec, Precision.FP32, workers);
        network = UNet2D.compile(model.network());
        state = ModelState.initial(model.network(), spec.seed());
        training = new PrimalTraining(settings, List.of(new Source("objective", data)), state);
        velocity = HostVector.zeros(state.weights().size());
    }

    /**
     * Trains, and looks at the state four times.
     *
     * @param judgeName whose features the distances are of
     * @param images that all slots see together
     * @param seen told how many images were seen
     */
    SlotCurve run(String name, String basis, String judgeName, int images, LongConsumer seen) throws IOException {
        int steps = variant.steps(images);
        List<SlotCurve.Point> points = new ArrayList<>();
        long nanos = 0;
        int merges = 0;
        for (int point = 1; point <= POINTS; point++) {
            long end = (long) steps * point / POINTS;
            while (state.step() < end) {
                long begun = System.nanoTime();
                // A round ends where the state is looked at: its last one may be shorter.
                round(Math.toIntExact(Math.min(variant.localSteps(), end - state.step())));
                nanos += System.nanoTime() - begun;
                merges++;
                seen.accept(state.step() * variant.slots() * variant.batch());
            }
            points.add(new SlotCurve.Point(end * variant.slots() * variant.batch(), loss(), frechet()));
        }
        return new SlotCurve(name, variant, spec.seed(), basis, judgeName, steps, merges, points, nanos / 1e9);
    }

    private void round(int steps) {
        if (variant.slots() == 1) {
            train(steps);
            replace(training.capture());
            return;
        }
        try (SlotMerge merge = new SlotMerge(state.weights().size())) {
            for (int slot = 0; slot < variant.slots(); slot++) {
                training.restore(begin(slot));
                training.drawAs(slot);
                train(steps);
                try (ModelState ended = training.view()) {
                    merge.add(new SlotState(ended.weights(), ended.adamMean(), ended.adamVariance()));
                    keep(slot, ended);
                }
            }
            replace(outer(merge.merged(state, steps, settings.averaging())));
        }
    }

    private void train(int steps) {
        for (int i = 0; i < steps; i++) {
            if (!training.step(NONE).finite()) {
                throw new IllegalStateException("step " + (training.step() + 1) + " is not finite");
            }
        }
    }

    private ModelState begin(int slot) {
        if (kept.size() <= slot) {
            return state;
        }
        SlotState own = kept.get(slot);
        return new ModelState(
                state.weights(), own.adamMean(), own.adamVariance(), state.ema(), state.step(), state.stepsBefore());
    }

    private void keep(int slot, ModelState ended) {
        if (!variant.keepsMoments()) {
            return;
        }
        SlotState own = new SlotState(
                ended.weights().copy(),
                ended.adamMean().copy(),
                ended.adamVariance().copy());
        if (kept.size() <= slot) {
            kept.add(own);
        } else {
            kept.set(slot, own).close();
        }
    }

    /** The merged state after the outer step; the average sees what comes of that. */
    private ModelState outer(ModelState merged) {
        if (variant.outer().equals(OuterStep.MEAN)) {
            return merged;
        }
        variant.outer().take(state.weights(), merged.weights(), velocity);
        double decay = settings.averaging().decayOver(state.step(), merged.step() - state.step());
        state.ema().array().copyTo(merged.ema().array());
        ops.moveTowards(merged.ema().array(), merged.weights().array(), 1 - decay);
        return merged;
    }

    private void replace(ModelState next) {
        state.close();
        state = next;
    }

    private LossEstimateResult loss() {
        try (NoisePredictor predictor = new NoisePredictor(network, state.weights(), Precision.FP32)) {
            return new LossEvaluator(model.forwardProcess(), NoisePredictor.BATCH, workers)
                    .estimate(predictor, data, LOSS_DRAWS, LOSS_SEED);
        }
    }

    private double frechet() throws IOException {
        try (NoisePredictor predictor = new NoisePredictor(network, state.ema(), Precision.FP32)) {
            return judge.distance(model.images(predictor, spec.evaluation(), () -> new int[0], null)
                    .sample(spec.evaluation().images(), LOSS_SEED, NoisePredictor.BATCH, workers));
        }
    }

    @Override
    public void close() {
        kept.forEach(SlotState::close);
        velocity.close();
        training.close();
        state.close();
        network.close();
        ops.close();
    }
}
