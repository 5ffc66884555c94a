package io.saddle.binding;

import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.schema.PretrainedModel;
import io.saddle.spec.RunSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The teachers and references of constraints, opened once each and kept. Not thread-safe; the predictors are. */
public final class PretrainedModels implements AutoCloseable {

    private record Key(PretrainedModel model, String prediction) {}

    private record Open(UNet2D network, NoisePredictor predictor) {}

    private final Map<Key, Open> models = new LinkedHashMap<>();

    /**
     * The predictor of a folder; it is closed with this.
     *
     * @param run the model of the run that it is compared with: predicts the same thing
     * @throws IOException naming the folder, if it cannot be read, is not the file that the definition was made with, or
     *     predicts something else
     */
    public NoisePredictor predictor(PretrainedModel model, RunModel run) throws IOException {
        Key key = new Key(model, run.prediction().diffusersName());
        Open known = models.get(key);
        if (known == null) {
            known = open(model, run);
            models.put(key, known);
        }
        return known.predictor();
    }

    private static Open open(PretrainedModel model, RunModel run) throws IOException {
        DiffusersFolder folder =
                DiffusersModels.unchanged(new RunSpec.InitialModel(model.getFolder(), model.getSha256()));
        SchedulerConfig scheduler = folder.scheduler().orElse(null);
        if (scheduler != null && scheduler.prediction() != run.prediction()) {
            throw new IOException(model.getFolder() + " predicts "
                    + scheduler.prediction().diffusersName() + ", the run's network "
                    + run.prediction().diffusersName() + "; they cannot be compared");
        }
        TensorFile tensors = folder.tensors();
        UNet2D network = UNet2D.compile(folder.network());
        return new Open(network, network.predictor(folder.weights(tensors), Precision.FP32));
    }

    @Override
    public void close() {
        models.values().forEach(open -> {
            open.predictor().close();
            open.network().close();
        });
        models.clear();
    }
}
