package io.saddle.diffusion.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small autoencoders of diffusers that outputs were recorded of, as folders that diffusers would write; for tests of other modules, too. */
public final class RecordedAutoencoder {
    private RecordedAutoencoder() {}

    /** diffusers' class of one: {@code vae-a} and {@code vae-b}, {@code vae-tiny-a} and {@code vae-tiny-b}. */
    public static String className(String name) {
        return name.startsWith("vae-tiny") ? "AutoencoderTiny" : "AutoencoderKL";
    }

    public static ObjectNode config(String name) throws IOException {
        try (InputStream in = resource(name + ".json")) {
            ObjectNode config = (ObjectNode) new ObjectMapper().readTree(in).get("config");
            return config.put("_class_name", className(name)).put("_diffusers_version", "0.31.0");
        }
    }

    /** Settings and weights in a folder of its name, which is created. */
    public static Path folder(Path parent, String name) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name));
        Files.writeString(folder.resolve("config.json"), config(name).toString());
        try (InputStream weights = resource(name + ".weights.safetensors")) {
            Files.copy(weights, folder.resolve("diffusion_pytorch_model.safetensors"));
        }
        return folder;
    }

    private static InputStream resource(String name) {
        return RecordedAutoencoder.class.getResourceAsStream("/golden/" + name);
    }
}
