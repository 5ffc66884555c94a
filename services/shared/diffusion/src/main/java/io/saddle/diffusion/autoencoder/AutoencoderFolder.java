package io.saddle.diffusion.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.files.DiffusersWeights;
import io.saddle.diffusion.files.JsonFile;
import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.network.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * An autoencoder as diffusers' {@code save_pretrained} writes it: {@code config.json} and {@code diffusion_pytorch_model.safetensors}.
 * Opening it reads the settings, not the weights.
 *
 * @param folder with these two files
 */
public record AutoencoderFolder(Path folder, AutoencoderConfig config) implements StoredAutoencoder {
    private static final String CONFIG = "config.json";

    /** True if the folder has a {@code config.json} of one of diffusers' autoencoders, be it one that can be read or not. */
    public static boolean isOne(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        return Files.isRegularFile(config)
                && JsonFile.<JsonNode>read(config, Function.identity())
                        .path("_class_name")
                        .asText()
                        .contains("Autoencoder");
    }

    /**
     * Reads and checks the settings.
     *
     * @throws IOException naming the file and everything in it that is wrong or not supported
     */
    public static AutoencoderFolder open(Path folder) throws IOException {
        return new AutoencoderFolder(folder, JsonFile.read(folder.resolve(CONFIG), AutoencoderFolder::config));
    }

    private static AutoencoderConfig config(JsonNode json) {
        String className = json.path("_class_name").asText();
        return switch (className) {
            case AutoencoderKlConfig.CLASS_NAME -> AutoencoderKlConfig.read(json);
            case AutoencoderTinyConfig.CLASS_NAME -> AutoencoderTinyConfig.read(json);
            default ->
                throw new IllegalArgumentException("_class_name: only " + AutoencoderKlConfig.CLASS_NAME + " and "
                        + AutoencoderTinyConfig.CLASS_NAME + " are autoencoders that can be read, was "
                        + (className.isEmpty() ? "missing" : className));
        };
    }

    @Override
    public boolean isProgram() {
        return false;
    }

    @Override
    public String kind() {
        return config.className();
    }

    @Override
    public Set<TensorType> weightTypes() throws IOException {
        return weights().types();
    }

    /** Settings and weights. */
    @Override
    public List<Path> files() {
        return List.of(folder.resolve(CONFIG), weights().file());
    }

    /**
     * Reads the weights and compiles the networks.
     *
     * @throws IOException as {@link DiffusersWeights#read}
     */
    @Override
    public Autoencoder load(Precision precision) throws IOException {
        try {
            if (config instanceof AutoencoderKlConfig kl) {
                return new AutoencoderKl(kl, weights().read(AutoencoderKl.layout(kl)), precision);
            }
            AutoencoderTinyConfig tiny = (AutoencoderTinyConfig) config;
            return new AutoencoderTiny(tiny, weights().read(AutoencoderTiny.layout(tiny)), precision);
        } catch (ArithmeticException e) {
            throw new IOException(folder.resolve(CONFIG) + ": the networks have more than 2^31 weights", e);
        }
    }

    private DiffusersWeights weights() {
        return new DiffusersWeights(folder, config.className());
    }
}
