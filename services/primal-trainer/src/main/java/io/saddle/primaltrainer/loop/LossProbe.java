package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.model.RunModel;
import io.saddle.schema.ConstraintDefinition;

/**
 * Measures a constraint of which the steps since the last dual step drew no row. The draws are fixed by the run's seed and the
 * constraint's id: those of two constraints are independent, and those of one are the same each time. One thread.
 */
final class LossProbe implements AutoCloseable {

    private final RunModel model;
    private final RandomStreams streams;
    private UNet2D network;

    /**
     * @param seed the run's
     */
    LossProbe(RunModel model, long seed) {
        this.model = model;
        this.streams = new RandomStreams(seed);
    }

    /** The loss of these weights on the constraint's data, over its {@code evaluationSamples}. */
    LossEstimateResult measure(ConstraintDefinition definition, HostVector weights, ImageDataSet data) {
        if (network == null) {
            network = UNet2D.compile(model.network());
        }
        long seed = streams.stream("probe:" + definition.getConstraintId()).nextLong();
        try (NoisePredictor predictor = new NoisePredictor(network, weights, Precision.FP32)) {
            return new LossEvaluator(model.forwardProcess(), NoisePredictor.BATCH, 1)
                    .estimate(predictor, data, definition.getEvaluationSamples(), seed);
        }
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
            network = null;
        }
    }
}
