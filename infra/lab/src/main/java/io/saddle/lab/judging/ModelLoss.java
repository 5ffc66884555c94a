package io.saddle.lab.judging;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.DistillationEvaluator;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.evaluation.LossEvaluator;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Path;

/** Losses of finished models, all on the same draws. */
public final class ModelLoss {

    private static final int SAMPLES = 2048;
    private static final long SEED = 0;

    private ModelLoss() {}

    /** A model that is ready to use. */
    private record Open(DiffusersPipelineFolder folder, UNet2D network, NoisePredictor predictor)
            implements AutoCloseable {

        static Open of(Path model) throws IOException {
            DiffusersPipelineFolder folder = DiffusersPipelineFolder.read(model);
            UNet2D network = UNet2D.compile(folder.network());
            return new Open(folder, network, new NoisePredictor(network, folder.weights(), Precision.FP32));
        }

        RunModel model() {
            return new RunModel(folder.network(), folder.schedule(), folder.prediction());
        }

        @Override
        public void close() {
            predictor.close();
            network.close();
            folder.close();
        }
    }

    /**
     * The denoising loss on data.
     *
     * @param data opens the selection, be it of files or of a data set in a store
     */
    public static LossEstimateResult onData(Path model, SelectedData data, RunSpec.Data selection) throws IOException {
        return onData(model, data.open(DataSelections.toAvro(selection)));
    }

    /** The denoising loss on images that are open already. */
    public static LossEstimateResult onData(Path model, ImageDataSet images) throws IOException {
        try (Open open = Open.of(model)) {
            return new LossEvaluator(open.model().forwardProcess(), NoisePredictor.BATCH, workers())
                    .estimate(open.predictor(), images, SAMPLES, SEED);
        }
    }

    /** The distance to the model that it was tuned from, on pure noise. */
    public static LossEstimateResult toTeacher(Path model, Path teacher) throws IOException {
        try (Open open = Open.of(model);
                Open before = Open.of(teacher)) {
            return new DistillationEvaluator(open.model().forwardProcess(), NoisePredictor.BATCH, workers())
                    .estimate(open.predictor(), before.predictor(), SAMPLES, SEED);
        }
    }

    private static int workers() {
        return Runtime.getRuntime().availableProcessors();
    }
}
