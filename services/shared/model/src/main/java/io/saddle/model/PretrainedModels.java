package io.saddle.model;

import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.PretrainedModel;
import java.io.IOException;

/** The teachers and references of constraints; the few that were used last are kept open. Not thread-safe; the predictors are. */
public final class PretrainedModels implements AutoCloseable {

    private static final int KEPT = 4;

    private record Key(PretrainedModel model, String prediction) {}

    private record Open(UNet2D network, NoisePredictor predictor) {
        void close() {
            predictor.close();
            network.close();
        }
    }

    private final BoundedCache<Key, Open> models;

    /** For who needs one after the other. */
    public PretrainedModels() {
        this(KEPT);
    }

    /** @param kept models that stay open */
    public PretrainedModels(int kept) {
        this.models = new BoundedCache<>(kept, Open::close);
    }

    /**
     * The predictor of a folder; it is closed with this, or when so many others were asked for since.
     *
     * @param run the model of the run that it is compared with: predicts the same thing
     * @throws IOException naming the folder, if it cannot be read, is not the file that the definition was made with, or
     *     predicts something else
     */
    public NoisePredictor predictor(PretrainedModel model, RunModel run) throws IOException {
        Key key = new Key(model, run.prediction().diffusersName());
        return models.get(key, missing -> open(model, run)).predictor();
    }

    /**
     * Looks at a folder as {@link #predictor} does, without computing anything: libtorch is not needed.
     *
     * @return its network
     * @throws IOException as {@link #predictor}
     * @throws IllegalArgumentException if the network is not supported
     */
    public static UNet2DConfig check(PretrainedModel model, RunModel run) throws IOException {
        DiffusersFolder folder = folder(model, run);
        folder.weights(folder.tensors());
        return folder.network();
    }

    private static DiffusersFolder folder(PretrainedModel model, RunModel run) throws IOException {
        DiffusersFolder folder =
                DiffusersModels.unchanged(new RunSpec.InitialModel(model.getFolder(), model.getSha256()));
        SchedulerConfig scheduler = folder.scheduler().orElse(null);
        if (scheduler != null && scheduler.prediction() != run.prediction()) {
            throw new IOException(model.getFolder() + " predicts "
                    + scheduler.prediction().diffusersName() + ", the run's network "
                    + run.prediction().diffusersName() + "; they cannot be compared");
        }
        return folder;
    }

    private static Open open(PretrainedModel model, RunModel run) throws IOException {
        DiffusersFolder folder = folder(model, run);
        float[] weights = folder.weights(folder.tensors());
        UNet2D network = UNet2D.compile(folder.network());
        return new Open(network, new NoisePredictor(network, weights, Precision.FP32));
    }

    @Override
    public void close() {
        models.close();
    }
}
