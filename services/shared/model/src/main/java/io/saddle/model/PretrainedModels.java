package io.saddle.model;

import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.Openings;
import io.saddle.schema.PretrainedModel;
import java.io.IOException;

/** The teachers and references of constraints; the few that were used last are kept open. Not thread-safe; the predictors are. */
public final class PretrainedModels implements AutoCloseable {

    private static final int KEPT = 4;

    private record Key(PretrainedModel model, PredictionType prediction, int timesteps) {}

    private record Open(UNet2D network, HostVector weights, NoisePredictor predictor) {
        void close() {
            predictor.close();
            weights.close();
            network.close();
        }
    }

    private final DiffusersModels folders;
    private final BoundedCache<Key, Open> models;

    /** For who needs one after the other. */
    public PretrainedModels(DiffusersModels folders) {
        this(folders, KEPT);
    }

    /** @param kept models that stay open */
    public PretrainedModels(DiffusersModels folders, int kept) {
        this.folders = folders;
        this.models = new BoundedCache<>(kept, Open::close);
    }

    /**
     * The predictor of a folder; it is closed with this, or when so many others were asked for since.
     *
     * @param run the model of the run that it is compared with: predicts the same thing, at as many timesteps
     * @throws IOException naming the folder, if it cannot be read, is not the file that the definition was made with, or
     *     predicts something else
     */
    public NoisePredictor predictor(PretrainedModel model, RunModel run) throws IOException {
        Key key = new Key(model, run.prediction(), run.schedule().trainTimesteps());
        return models.get(key, missing -> open(model, run)).predictor();
    }

    private Open open(PretrainedModel model, RunModel run) throws IOException {
        DiffusersFolder folder = folders.compared(model, run);
        try (Openings openings = new Openings()) {
            HostVector weights = openings.add(folder.weights());
            UNet2D network = openings.add(UNet2D.compile(folder.network()));
            return openings.keep(new Open(network, weights, new NoisePredictor(network, weights, Precision.FP32)));
        }
    }

    @Override
    public void close() {
        models.close();
    }
}
