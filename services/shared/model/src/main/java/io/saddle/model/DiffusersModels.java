package io.saddle.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.files.FlatTensors;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** The diffusers folders that runs start from. */
public final class DiffusersModels implements ModelFolders {

    @Override
    public Imported open(String folder) throws IOException {
        Path path = path(folder);
        DiffusersFolder model = DiffusersFolder.open(path);
        model.weights(model.tensors());
        String sha256 = FileDigest.of(model.weightsFile()).sha256();
        SchedulerConfig scheduler = model.scheduler().orElse(null);
        return new Imported(
                path.toString(),
                sha256,
                UNet2DConfigJson.write(model.network()),
                scheduler == null ? null : json(scheduler.schedule()),
                scheduler == null ? null : scheduler.prediction().diffusersName());
    }

    /**
     * The weights that a run starts from.
     *
     * @param model the run's own network
     * @return flat, in the layout of {@link UNet2D#layout}, value for value those of the file
     * @throws IOException naming the folder, if it cannot be read here, has changed since the run was submitted, or does not
     *     fit the network
     */
    public static float[] weights(RunSpec.InitialModel initial, RunModel model) throws IOException {
        DiffusersFolder folder = unchanged(initial);
        return FlatTensors.fromFile(folder.weightsFile(), folder.tensors(), UNet2D.layout(model.network()));
    }

    /** The folder, if its weights are those that it was submitted with. */
    static DiffusersFolder unchanged(RunSpec.InitialModel model) throws IOException {
        DiffusersFolder folder = DiffusersFolder.open(path(model.folder()));
        String sha256 = FileDigest.of(folder.weightsFile()).sha256();
        if (!sha256.equals(model.sha256())) {
            throw new IOException(folder.weightsFile() + " has changed since the run was submitted: its sha256 is "
                    + sha256 + ", it was " + model.sha256());
        }
        return folder;
    }

    private static Path path(String folder) throws IOException {
        try {
            Path path = folder.startsWith("file:") ? Path.of(URI.create(folder)) : Path.of(folder);
            return path.toAbsolutePath().normalize();
        } catch (IllegalArgumentException e) {
            throw new IOException(folder + " is no path: " + e.getMessage(), e);
        }
    }

    private static ObjectNode json(NoiseSchedule schedule) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("betaSchedule", schedule.beta().diffusersName())
                .put("trainTimesteps", schedule.trainTimesteps())
                .put("betaStart", schedule.betaStart())
                .put("betaEnd", schedule.betaEnd());
    }
}
