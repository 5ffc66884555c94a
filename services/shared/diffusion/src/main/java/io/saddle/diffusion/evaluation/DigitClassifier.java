package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.FlatTensors;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.network.ConvClassifier;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.HostTensor;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classifier "small-cnn": says which class a generated image shows, and gives features to compare images by.
 * Thread-safe.
 */
public final class DigitClassifier implements AutoCloseable {
    private static final String WEIGHTS = "classifier.safetensors";
    private static final String DESCRIPTION = "classifier.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader DESCRIPTIONS =
            JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * The images and classes that a classifier was made for.
     *
     * @param classes the labels that it tells apart, in the order of its outputs
     * @param heldOutAccuracy part of the images kept out of training that it gets right, 0..1
     * @param heldOutImages number of those images
     */
    public record Description(
            int channels, int height, int width, List<Integer> classes, double heldOutAccuracy, int heldOutImages) {
        public Description {
            classes = List.copyOf(classes);
        }
    }

    private final Description description;
    private final HostVector weights;
    private final String sha256;
    private final ConvClassifier network;
    private final NDManager manager;
    private final NDArray flat;

    DigitClassifier(Description description, ConvClassifier network, HostVector weights) {
        this.description = description;
        this.network = network;
        this.weights = weights;
        sha256 = sha256(weights.toFloats());
        manager = TorchRuntime.get().newManager();
        flat = weights.on(manager);
    }

    /** Reads a classifier that {@link #save} wrote. */
    public static DigitClassifier load(Path folder) throws IOException {
        Description description =
                DESCRIPTIONS.readValue(folder.resolve(DESCRIPTION).toFile(), Description.class);
        ConvClassifier network = ConvClassifier.compile(
                description.channels(),
                description.height(),
                description.width(),
                description.classes().size());
        try {
            Path file = folder.resolve(WEIGHTS);
            return new DigitClassifier(description, network, FlatTensors.read(file, network.layout()));
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** Writes {@code classifier.safetensors} and {@code classifier.json} into a folder, which is created. */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        FlatTensors.write(folder.resolve(WEIGHTS), network.layout(), weights);
        ObjectNode json =
                JSON.createObjectNode().put("kind", "small-cnn").setAll((ObjectNode) JSON.valueToTree(description));
        Files.writeString(folder.resolve(DESCRIPTION), json.toPrettyString() + "\n");
    }

    public Description description() {
        return description;
    }

    /**
     * What tells it from another one, such as one that was trained on the same data on another kind of processor: features of the two
     * do not compare.
     *
     * @return the SHA-256 of its weights, float32 in little-endian order, as far as it is shown to people
     */
    String shownSha256() {
        return Sha256.shown(sha256);
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Sha256.of(bytes.array());
    }

    /** The most probable class of each image, as a label of the data that the classifier was trained on. */
    public int[] classify(ImageBatch images) {
        int classes = description.classes().size();
        float[] logits = run(images, 1, classes);
        int[] labels = new int[images.count()];
        for (int i = 0; i < labels.length; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (logits[i * classes + c] > logits[i * classes + best]) {
                    best = c;
                }
            }
            labels[i] = description.classes().get(best);
        }
        return labels;
    }

    /** The penultimate layer, {@link ConvClassifier#FEATURES} values an image. */
    public float[] features(ImageBatch images) {
        return run(images, 0, ConvClassifier.FEATURES);
    }

    /** The same classifier with another description; this one is closed. */
    DigitClassifier describedAs(Description other) {
        manager.close();
        return new DigitClassifier(other, network, weights);
    }

    @Override
    public void close() {
        manager.close();
        weights.close();
        network.close();
    }

    private float[] run(ImageBatch images, int output, int width) {
        if (images.channels() != description.channels()
                || images.height() != description.height()
                || images.width() != description.width()) {
            throw new IllegalArgumentException("the classifier takes " + description.channels() + "x"
                    + description.height() + "x" + description.width() + " images, got " + images.channels() + "x"
                    + images.height() + "x" + images.width());
        }
        float[] values = new float[images.count() * width];
        for (int from = 0; from < images.count(); from += NoisePredictor.BATCH) {
            int rows = Math.min(NoisePredictor.BATCH, images.count() - from);
            int size = images.imageSize();
            try (NDManager scope = manager.newSubManager()) {
                Shape shape = new Shape(rows, images.channels(), images.height(), images.width());
                NDArray x =
                        new HostTensor(rows * size * Float.BYTES).floats(scope, images.pixels(), from * size, shape);
                NDList outputs = network.forward(x, flat);
                System.arraycopy(outputs.get(output).toFloatArray(), 0, values, from * width, rows * width);
            }
        }
        return values;
    }
}
