package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Autoencoders of diffusers with recorded inputs and outputs, as folders that diffusers would write. */
final class AutoencoderFixtures {
    private AutoencoderFixtures() {}

    static String className(String name) {
        return name.startsWith("vae-tiny") ? "AutoencoderTiny" : "AutoencoderKL";
    }

    static ObjectNode config(String name) throws IOException {
        ObjectNode config = (ObjectNode) Golden.json(name + ".json").get("config");
        return config.put("_class_name", className(name)).put("_diffusers_version", "0.31.0");
    }

    static Path folder(Path parent, String name) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name));
        Files.writeString(folder.resolve("config.json"), config(name).toString());
        Files.copy(Golden.file(name + ".weights.safetensors"), folder.resolve("diffusion_pytorch_model.safetensors"));
        return folder;
    }

    static TensorFile io(String name) throws IOException {
        return TensorFile.read(Golden.file(name + ".io.safetensors"));
    }

    static NDArray array(NDManager manager, Tensor tensor) {
        return manager.create(tensor.toFloats(), new Shape(tensor.shape()));
    }

    /** Root of the mean squared difference, as a share of the root mean square of what is expected. */
    static double relativeError(float[] expected, float[] actual) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - (double) actual[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
