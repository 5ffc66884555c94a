package io.saddle.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.FileDigest;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.model.data.DataRoots;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.PretrainedModel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The models that runs start from, and are compared with, and the files of their judges: diffusers folders, and models of other runs
 * in the artifact store.
 */
@Singleton
public final class DiffusersModels implements ModelFolders {

    private final DataRoots roots;
    private final RunModels runs;

    /**
     * @param store has the models of runs
     * @param roots folders that the others may lie under
     */
    @Inject
    public DiffusersModels(ArtifactStore store, DataRoots roots) {
        this(roots, new RunModels(store, null));
    }

    private DiffusersModels(DataRoots roots, RunModels runs) {
        this.roots = roots;
        this.runs = runs;
    }

    /**
     * Where it is known which model of a run is its best.
     *
     * @param judged primal steps of a run's judged models, the best first
     */
    public static DiffusersModels judged(ArtifactStore store, DataRoots roots, Function<String, List<Long>> judged) {
        return new DiffusersModels(roots, new RunModels(store, judged));
    }

    /** Folders wherever they lie, and no models of runs. */
    public static DiffusersModels anywhere() {
        return new DiffusersModels(null, DataRoots.ANYWHERE);
    }

    @Override
    public Imported open(String address) throws IOException {
        return StoreUnavailableException.answer(() -> imported(address));
    }

    private Imported imported(String address) throws IOException {
        RunModels.Found found = find(address);
        DiffusersFolder model = DiffusersFolder.open(found.folder());
        model.requireWeights();
        String sha256 = FileDigest.of(model.weightsFile()).sha256();
        SchedulerConfig scheduler = model.scheduler().orElse(null);
        return new Imported(
                found.address(),
                sha256,
                UNet2DConfigJson.write(model.network()),
                scheduler == null ? null : json(scheduler.schedule()),
                scheduler == null ? null : scheduler.prediction().diffusersName());
    }

    @Override
    public String checkpoint(String folder) throws IOException {
        return StoreUnavailableException.answer(() -> runs.checkpoint(folder));
    }

    /**
     * The folder of a model by its settings: its weights are not looked at.
     *
     * @throws IOException naming the folder, if it cannot be read
     */
    DiffusersFolder settings(RunSpec.InitialModel model) throws IOException {
        return DiffusersFolder.open(find(model.folder()).folder());
    }

    private RunModels.Found find(String address) throws IOException {
        if (RunModels.isMeant(address)) {
            return runs.open(address);
        }
        Path folder = roots.path(address);
        return new RunModels.Found(folder.toString(), folder);
    }

    @Override
    public RunSpec.Judge judge(String file) throws IOException {
        return new JudgeFiles(roots).found(file);
    }

    @Override
    public Optional<String> statistics(String file) {
        try {
            Path readable = roots.path(file);
            return Files.isRegularFile(readable)
                    ? Optional.of(FileDigest.of(readable).sha256())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * The weights that a run starts from; the caller closes them.
     *
     * @param model the run's own network
     * @return flat, in the layout of {@link UNet2D#layout}, value for value those of the file
     * @throws IOException naming the folder, if it cannot be read here, has changed since the run was submitted, or does not
     *     fit the network
     */
    public HostVector weights(RunSpec.InitialModel initial, RunModel model) throws IOException {
        return unchanged(initial).weightsFor(UNet2D.layout(model.network()));
    }

    /** The folder, if its weights are those that it was submitted with. */
    private DiffusersFolder unchanged(RunSpec.InitialModel model) throws IOException {
        DiffusersFolder folder = settings(model);
        String sha256 = FileDigest.of(folder.weightsFile()).sha256();
        if (!sha256.equals(model.sha256())) {
            throw new IOException(folder.weightsFile() + " has changed since the run was submitted: its sha256 is "
                    + sha256 + ", it was " + model.sha256());
        }
        return folder;
    }

    /**
     * The folder of a teacher or reference, by its settings and the header of its weights.
     *
     * @param run the model of the run that it is compared with: predicts the same thing, at as many timesteps
     * @throws IOException naming the folder, if it cannot be read, is not the one that the definition was made with, or predicts
     *     something else
     * @throws IllegalArgumentException if the network is not supported
     */
    DiffusersFolder compared(PretrainedModel model, RunModel run) throws IOException {
        DiffusersFolder folder = unchanged(new RunSpec.InitialModel(model.getFolder(), model.getSha256()));
        SchedulerConfig scheduler = folder.scheduler().orElse(null);
        if (scheduler != null && scheduler.prediction() != run.prediction()) {
            throw new IOException(model.getFolder() + " predicts "
                    + scheduler.prediction().diffusersName() + ", the run's network "
                    + run.prediction().diffusersName() + "; they cannot be compared");
        }
        if (scheduler != null
                && scheduler.schedule().trainTimesteps() != run.schedule().trainTimesteps()) {
            throw new IOException(model.getFolder() + " was trained at "
                    + scheduler.schedule().trainTimesteps() + " timesteps, the run has "
                    + run.schedule().trainTimesteps()
                    + " (model.schedule.trainTimesteps): it would be asked about other noise levels than it is told");
        }
        folder.requireWeights();
        return folder;
    }

    /**
     * Looks whether a teacher or reference was trained at the noise levels that it is asked about. A network of a flow is told the level
     * itself.
     *
     * @throws IOException saying what differs
     */
    static void requireSameNoise(DiffusersFolder folder, RunModel run) throws IOException {
        if (folder.scheduler().map(SchedulerConfig::schedule).orElse(null) instanceof NoiseSchedule theirs
                && run.schedule() instanceof NoiseSchedule ours
                && !Arrays.equals(theirs.alphasCumprod(), ours.alphasCumprod())) {
            throw new IOException(
                    "the model was trained with the noise levels of " + json(theirs) + ", the run has " + json(ours)
                            + " (model.schedule): at the same timestep it would be asked about another noise level");
        }
    }

    private static ObjectNode json(ForwardSchedule schedule) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (schedule instanceof FlowSchedule flow) {
            return json.put("trainTimesteps", flow.trainTimesteps()).put("shift", flow.shift());
        }
        NoiseSchedule betas = NoiseSchedule.of(schedule, "model.schedule");
        return json.put("betaSchedule", betas.beta().diffusersName())
                .put("trainTimesteps", betas.trainTimesteps())
                .put("betaStart", betas.betaStart())
                .put("betaEnd", betas.betaEnd())
                .put("zeroTerminalSnr", betas.zeroTerminalSnr());
    }
}
