package io.saddle.diffusion.files;

import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The weights that lie in the folder of one diffusers model.
 *
 * @param folder the model's own, with its {@code config.json}
 * @param className the model's class in diffusers, for advice
 */
public record DiffusersWeights(Path folder, String className) {
    /** The name of their file. */
    static final String NAME = "diffusion_pytorch_model.safetensors";

    /** Their file. */
    public Path file() {
        return folder.resolve(NAME);
    }

    /**
     * The weights, flat; half precision is widened. The caller closes them.
     *
     * @throws IOException if there is no such file, saying what to do about other formats, if it is damaged, or listing tensors
     *     that are missing, left over or of another shape
     */
    public HostVector read(FlatLayout layout) throws IOException {
        requireFile();
        return FlatTensors.read(file(), layout);
    }

    /**
     * Looks whether the weights are a network's, by the names, types and shapes in the file's header: no weight is read.
     *
     * @throws IOException as {@link #read}
     */
    public void requireFit(FlatLayout layout) throws IOException {
        FlatTensors.requireFit(file(), header(), layout);
    }

    /**
     * The element types of the tensors.
     *
     * @throws IOException if there is no such file or it is damaged
     */
    public Set<TensorType> types() throws IOException {
        return header().entries().stream().map(TensorHeader.Entry::type).collect(Collectors.toCollection(TreeSet::new));
    }

    private TensorHeader header() throws IOException {
        requireFile();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ)) {
            return TensorHeader.read(file(), channel);
        }
    }

    private void requireFile() throws IOException {
        if (!Files.exists(file())) {
            throw new NoSuchFileException(file() + ": there is no such file; " + instead());
        }
        if (Files.isDirectory(file())) {
            throw new IOException(file() + ": is a folder; the weights are one file of this name");
        }
    }

    /** Advice on the weights that are there. */
    private String instead() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("diffusion_pytorch_model"))
                    .sorted()
                    .toList();
        }
        if (names.isEmpty()) {
            return "the folder has no weights at all";
        }
        String save = ".save_pretrained('" + folder + "')";
        String load = className + ".from_pretrained('" + folder + "'";
        if (names.contains("diffusion_pytorch_model.bin")) {
            return "weights in pickle files (.bin) are not read, since they can run code; convert them in Python: "
                    + load + ", use_safetensors=False)" + save;
        }
        if (names.contains(NAME + ".index.json")) {
            return "weights in several parts are not read; join them in Python: " + load + ").save_pretrained('"
                    + folder + "', max_shard_size='100GB')";
        }
        String[] parts = names.get(0).split("\\.");
        String variant = parts.length == 3 ? parts[1] : "VARIANT";
        return "there is " + String.join(", ", names) + "; save the weights under the usual name in Python: " + load
                + ", variant='" + variant + "')" + save;
    }
}
