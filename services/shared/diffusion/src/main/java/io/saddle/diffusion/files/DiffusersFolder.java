package io.saddle.diffusion.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A folder that diffusers wrote: a UNet2DModel ({@code config.json} and its weights) or a pipeline with one
 * ({@code model_index.json}, {@code unet/}, {@code scheduler/}), or that a {@link DiffusersPipelineFolder} was written to. Opening it
 * reads the settings, not the weights.
 *
 * @param unet the folder of the UNet2DModel
 * @param network the U-Net's configuration
 * @param scheduler the scheduler's configuration; empty where the folder has none
 * @param latents address of the data set whose latents the network makes; empty where the index does not say that it makes any
 */
public record DiffusersFolder(
        Path unet, UNet2DConfig network, Optional<SchedulerConfig> scheduler, Optional<String> latents) {
    /** The file of the weights in a UNet2DModel's folder. */
    static final String WEIGHTS = DiffusersWeights.NAME;

    /** The folder of the autoencoder in a pipeline's. */
    public static final String AUTOENCODER = "vae";

    /** The key of the index that diffusers reads over. */
    static final String LATENTS = "_saddle_latents";

    static final String INDEX = "model_index.json";
    static final String CONFIG = "config.json";
    static final String SCHEDULER = "scheduler/scheduler_config.json";

    /**
     * Reads and checks the settings.
     *
     * @throws IOException naming the file and everything in it that is wrong or not supported
     */
    public static DiffusersFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder + ": there is no such folder");
        }
        Optional<JsonNode> index = index(folder);
        Path unet = unet(folder, index);
        UNet2DConfig network = JsonFile.read(unet.resolve(CONFIG), UNet2DConfigJson::read);
        Path scheduler = folder.resolve(SCHEDULER);
        return new DiffusersFolder(
                unet,
                network,
                Files.exists(scheduler)
                        ? Optional.of(JsonFile.read(scheduler, SchedulerConfig::fromJson))
                        : Optional.empty(),
                index.map(said -> said.path(LATENTS).textValue()));
    }

    /** The place of the autoencoder beside the network; whether it is there is not said. */
    public Path autoencoder() {
        return unet.resolveSibling(AUTOENCODER);
    }

    /**
     * Looks whether the weights are the network's, by the names, types and shapes in the file's header: no weight is read.
     *
     * @throws IOException as {@link #weights}
     */
    public void requireWeights() throws IOException {
        tensors().requireFit(layout());
    }

    private FlatLayout layout() throws IOException {
        try {
            return UNet2D.layout(network);
        } catch (ArithmeticException e) {
            throw new IOException(unet.resolve(CONFIG) + ": the network has more than 2^31 weights", e);
        }
    }

    /**
     * The weights, flat in the layout of {@link UNet2D#layout}; half precision is widened. The caller closes them.
     *
     * @throws IOException as {@link DiffusersWeights#read}
     */
    public HostVector weights() throws IOException {
        return weightsFor(layout());
    }

    /** The same in another network's layout. */
    public HostVector weightsFor(FlatLayout other) throws IOException {
        return tensors().read(other);
    }

    /** The file of the weights. */
    public Path weightsFile() {
        return tensors().file();
    }

    /**
     * The element types of the weights' tensors.
     *
     * @throws IOException as {@link DiffusersWeights#types}
     */
    public Set<TensorType> weightTypes() throws IOException {
        return tensors().types();
    }

    private DiffusersWeights tensors() {
        return new DiffusersWeights(unet, UNet2DConfigJson.CLASS_NAME);
    }

    /** The index of a pipeline; empty where the folder has none. */
    private static Optional<JsonNode> index(Path folder) throws IOException {
        Path index = folder.resolve(INDEX);
        return Files.exists(index) ? Optional.of(JsonFile.read(index, Function.identity())) : Optional.empty();
    }

    private static Path unet(Path folder, Optional<JsonNode> index) throws IOException {
        if (index.isPresent()) {
            JsonNode entry = index.get().path("unet");
            String className = entry.path(1).asText();
            if (!className.equals("UNet2DModel")) {
                throw new IOException(folder.resolve(INDEX)
                        + ": unet: only a pipeline with a UNet2DModel is supported, was "
                        + (entry.isMissingNode() ? "missing" : entry));
            }
            return folder.resolve("unet");
        }
        if (!Files.exists(folder.resolve(CONFIG))
                && Files.exists(folder.resolve("unet").resolve(CONFIG))) {
            return folder.resolve("unet");
        }
        if (!Files.exists(folder.resolve(CONFIG))) {
            throw new NoSuchFileException(folder + ": has neither " + CONFIG + " (a UNet2DModel) nor " + INDEX
                    + " (a pipeline); name a folder that diffusers' save_pretrained wrote");
        }
        return folder;
    }
}
