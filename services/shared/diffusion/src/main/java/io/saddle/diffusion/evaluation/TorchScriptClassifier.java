package io.saddle.diffusion.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A classifier that somebody brought as a TorchScript file. It gives a logit or a probability for each class, of which the largest
 * counts; or one number, the logit or probability (as {@code output} says) of the second of two classes; or features, of which a
 * {@link LinearHead} makes logits. Its labels are its classes in order, from 0 on. Thread-safe.
 */
public final class TorchScriptClassifier implements ImageClassifier, AutoCloseable {
    private final TorchScriptRows rows;
    /** Null where the program gives logits by itself. */
    private final LinearHead head;

    private final List<String> classes;
    /** Of a single number: from here on it is the second class. */
    private final float threshold;

    private TorchScriptClassifier(TorchScriptRows rows, LinearHead head, List<String> named, float threshold) {
        this.rows = rows;
        this.head = head;
        classes = named.isEmpty()
                ? IntStream.range(0, head == null ? rows.width() : head.classes())
                        .mapToObj(Integer::toString)
                        .toList()
                : List.copyOf(named);
        this.threshold = threshold;
    }

    /**
     * Loads the program and tries it on empty images. {@code classes} of its description names its classes in order; without, they
     * are numbers.
     *
     * @param workers batches that are computed at the same time, each on a thread of its own
     * @throws IOException naming the file, and what is missing or wrong
     */
    public static TorchScriptClassifier open(TorchScriptFile file, int workers) throws IOException {
        List<String> named = classes(file);
        TorchScriptRows rows = TorchScriptRows.open(file, workers);
        try {
            LinearHead head = head(file, rows.width());
            if (head != null || rows.width() > 1) {
                requireClasses(file, named, head == null ? rows.width() : head.classes());
                return new TorchScriptClassifier(rows, head, named, Float.NaN);
            }
            if (named.size() != 2) {
                throw new IOException(file.file() + ": gives one number for each image, which needs two classes in its"
                        + " description, has " + named);
            }
            float threshold =
                    file.setting("output", file.description().path("output"), TorchScriptClassifier::threshold);
            return new TorchScriptClassifier(rows, null, named, threshold);
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /** Null where the description names none. */
    private static LinearHead head(TorchScriptFile file, int features) throws IOException {
        Optional<Path> layer = file.head();
        if (layer.isEmpty()) {
            return null;
        }
        LinearHead head = LinearHead.read(layer.get());
        if (head.dimensions() != features) {
            throw new IOException(
                    layer.get() + ": takes " + head.dimensions() + " features, " + file.file() + " gives " + features);
        }
        return head;
    }

    /**
     * The names of a file's classes, in order; the program is not run.
     *
     * @return empty if the description does not name them
     * @throws IOException naming the file, and what of its description is missing or wrong
     */
    public static List<String> classes(TorchScriptFile file) throws IOException {
        ImageInput.check(file);
        return file.setting("classes", file.description().path("classes"), TorchScriptClassifier::names);
    }

    private static void requireClasses(TorchScriptFile file, List<String> named, int width) throws IOException {
        if (!named.isEmpty() && named.size() != width) {
            throw new IOException(file.file() + ": gives " + width + " numbers for each image, its description has "
                    + named.size() + " classes: " + named);
        }
    }

    private static List<String> names(JsonNode classes) {
        if (!classes.isArray() && !classes.isNull() && !classes.isMissingNode()) {
            throw new IllegalArgumentException("must be a list of names, was " + classes);
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : classes) {
            if (!name.isValueNode() || name.isNull() || names.contains(name.asText())) {
                throw new IllegalArgumentException("must be names that differ, was " + classes);
            }
            names.add(name.asText());
        }
        return names;
    }

    private static float threshold(JsonNode output) {
        String text = output.asText().toLowerCase(Locale.ROOT);
        boolean probability = text.contains("probabilit");
        if (probability == text.contains("logit")) {
            throw new IllegalArgumentException(
                    "must say whether the number is a probability or a logit, was " + output);
        }
        return probability ? 0.5f : 0;
    }

    @Override
    public String name() {
        return rows.file().name() + " (sha256 " + rows.file().shownSha256() + ")";
    }

    @Override
    public List<Integer> labels() {
        return IntStream.range(0, classes.size()).boxed().toList();
    }

    @Override
    public String className(int label) {
        return classes.get(label);
    }

    @Override
    public int[] classify(ImageBatch images) {
        float[] values = rows.of(images);
        if (head != null) {
            try {
                return head.classify(values);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name() + ": " + e.getMessage(), e);
            }
        }
        int[] seen = new int[images.count()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = rows.width() == 1 ? aboveThreshold(finite(values[i])) : largest(values, i * rows.width());
        }
        return seen;
    }

    private int aboveThreshold(float value) {
        return value >= threshold ? 1 : 0;
    }

    private int largest(float[] values, int from) {
        int best = 0;
        for (int c = 0; c < rows.width(); c++) {
            best = finite(values[from + c]) > values[from + best] ? c : best;
        }
        return best;
    }

    private float finite(float value) {
        if (Float.isNaN(value)) {
            throw new IllegalArgumentException(name() + " gives NaN");
        }
        return value;
    }

    @Override
    public void close() {
        rows.close();
    }
}
