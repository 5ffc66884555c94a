package io.saddle.diffusion.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder that diffusers wrote: a UNet2DModel ({@code config.json} and its weights) or a pipeline with one
 * ({@code model_index.json}, {@code unet/}, {@code scheduler/}). Opening it reads the settings, not the weights.
 *
 * @param unet the folder of the UNet2DModel
 * @param network the U-Net's configuration
 * @param scheduler the scheduler's configuration; empty where the folder has none
 */
public record DiffusersFolder(Path unet, UNet2DConfig network, Optional<SchedulerConfig> scheduler) {
    /** The file of the weights in a UNet2DModel's folder. */
    static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    static final String INDEX = "model_index.json";
    static final String CONFIG = "config.json";
    static final String SCHEDULER = "scheduler/scheduler_config.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads and checks the settings.
     *
     * @throws IOException naming the file and everything in it that is wrong or not supported
     */
    public static DiffusersFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder + ": there is no such folder");
        }
        Path unet = unet(folder);
        UNet2DConfig network = parsed(unet.resolve(CONFIG), UNet2DConfigJson::read);
        Path scheduler = folder.resolve(SCHEDULER);
        return new DiffusersFolder(
                unet,
                network,
                Files.exists(scheduler) ? Optional.of(parsed(scheduler, SchedulerConfig::fromJson)) : Optional.empty());
    }

    /** The file of the weights. */
    public Path weightsFile() {
        return unet.resolve(WEIGHTS);
    }

    private void requireFile() throws IOException {
        if (!Files.exists(weightsFile())) {
            throw new NoSuchFileException(weightsFile() + ": there is no such file; " + instead());
        }
    }

    /**
     * Looks whether the weights are the network's, by the names, types and shapes in the file's header: no weight is read.
     *
     * @throws IOException as {@link #weights}
     */
    public void requireWeights() throws IOException {
        requireFile();
        try (FileChannel channel = FileChannel.open(weightsFile(), StandardOpenOption.READ)) {
            FlatTensors.requireFit(weightsFile(), TensorHeader.read(weightsFile(), channel), layout());
        }
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
     * @throws IOException if there is no such file, saying what to do about other formats, if it is damaged, or listing tensors
     *     that are missing, left over or of another shape
     */
    public HostVector weights() throws IOException {
        return weightsFor(layout());
    }

    /** The same in another network's layout. */
    public HostVector weightsFor(FlatLayout other) throws IOException {
        requireFile();
        return FlatTensors.read(weightsFile(), other);
    }

    /**
     * The element types of the weights' tensors.
     *
     * @throws IOException as {@link #weights}
     */
    public Set<TensorType> weightTypes() throws IOException {
        requireFile();
        try (FileChannel channel = FileChannel.open(weightsFile(), StandardOpenOption.READ)) {
            return TensorHeader.read(weightsFile(), channel).entries().stream()
                    .map(TensorHeader.Entry::type)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Path unet(Path folder) throws IOException {
        Path index = folder.resolve(INDEX);
        if (Files.exists(index)) {
            JsonNode entry = parsed(index, Function.identity()).path("unet");
            String className = entry.path(1).asText();
            if (!className.equals("UNet2DModel")) {
                throw new IOException(index + ": unet: only a pipeline with a UNet2DModel is supported, was "
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

    /** Advice on the weights that are there. */
    private String instead() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(unet)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("diffusion_pytorch_model"))
                    .sorted()
                    .toList();
        }
        if (names.isEmpty()) {
            return "the folder has no weights at all";
        }
        String save = ".save_pretrained('" + unet + "')";
        String load = "UNet2DModel.from_pretrained('" + unet + "'";
        if (names.contains("diffusion_pytorch_model.bin")) {
            return "weights in pickle files (.bin) are not read, since they can run code; convert them in Python: "
                    + load + ", use_safetensors=False)" + save;
        }
        if (names.contains(WEIGHTS + ".index.json")) {
            return "weights in several parts are not read; join them in Python: " + load + ").save_pretrained('" + unet
                    + "', max_shard_size='100GB')";
        }
        String[] parts = names.get(0).split("\\.");
        String variant = parts.length == 3 ? parts[1] : "VARIANT";
        return "there is " + String.join(", ", names) + "; save the weights under the usual name in Python: " + load
                + ", variant='" + variant + "')" + save;
    }

    static <T> T parsed(Path file, Function<JsonNode, T> parser) throws IOException {
        try {
            return parser.apply(JSON.readTree(Files.readString(file)));
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(file + ": there is no such file");
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
