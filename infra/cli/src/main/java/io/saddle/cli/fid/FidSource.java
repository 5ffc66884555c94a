package io.saddle.cli.fid;

import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.evaluation.CollectedFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureReference;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * One side of a comparison.
 *
 * @param source as it was given
 * @param features whose they are, as far as that is known
 * @param metric what the Frechet distance of these features is called
 * @param collected the features; null where there are statistics alone
 */
record FidSource(String source, String features, String metric, FeatureGaussian gaussian, CollectedFeatures collected) {

    static final String NOT_NAMED = "not said in the file";

    private static final String UNKNOWN_METRIC = "Frechet distance";
    private static final String STATISTICS = ".npz";
    private static final String TENSORS = ".safetensors";
    private static final int ROWS = 1024;

    /**
     * @throws IOException saying what is wrong with it
     */
    static FidSource load(String source, FidExtractor extractor) throws IOException {
        int hash = source.lastIndexOf('#');
        try {
            if (hash > 0 && source.substring(0, hash).endsWith(TENSORS)) {
                return ofTensor(source, Path.of(source.substring(0, hash)), source.substring(hash + 1));
            }
            Path path = Path.of(source);
            if (Files.isDirectory(path)) {
                return ofFolder(source, path, extractor);
            }
            if (source.endsWith(STATISTICS)) {
                return new FidSource(
                        source,
                        StatisticsFile.features(path).orElse(NOT_NAMED),
                        UNKNOWN_METRIC,
                        StatisticsFile.read(path),
                        null);
            }
            if (source.endsWith(TENSORS) && Files.isRegularFile(path)) {
                throw new IOException(source + ": name a tensor of N x D features as " + source + "#TENSOR; there are "
                        + TensorFile.read(path).tensors().keySet());
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException(source + ": " + e.getMessage(), e);
        }
        throw new IOException(
                source + (Files.exists(Path.of(source)) ? ": cannot be compared" : ": no such file or folder")
                        + "; give FILE.npz, FILE.safetensors#TENSOR or a folder of PNG files");
    }

    private static FidSource ofTensor(String source, Path file, String name) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file");
        }
        Tensor tensor = TensorFile.read(file).get(name);
        long[] shape = tensor.shape();
        if (shape.length != 2 || shape[0] < 2 || shape[1] < 1) {
            throw new IOException(source + ": the tensor must be N x D features with N >= 2, has the shape "
                    + Arrays.toString(shape));
        }
        int dimensions = Math.toIntExact(shape[1]);
        CollectedFeatures found = new CollectedFeatures(dimensions);
        int[] order = FidFolder.shuffled(Math.toIntExact(shape[0]));
        for (int first = 0; first < order.length; first += ROWS) {
            int rows = Math.min(ROWS, order.length - first);
            double[] batch = new double[rows * dimensions];
            for (int i = 0; i < rows; i++) {
                int row = order[first + i];
                double[] values = tensor.toDoubles(Math.multiplyExact(row, dimensions), dimensions);
                for (int d = 0; d < dimensions; d++) {
                    // Here, where its number in the file is known.
                    batch[i * dimensions + d] = FeatureStatistics.finite(row, d, values[d]);
                }
            }
            found.add(batch);
        }
        return new FidSource(source, NOT_NAMED, UNKNOWN_METRIC, found.gaussian(), found);
    }

    private static FidSource ofFolder(String source, Path path, FidExtractor extractor) throws IOException {
        FidFolder folder = FidFolder.open(path);
        FeatureExtractor features = extractor.get();
        int count = folder.files().size();
        try (Progress progress = Progress.start("features of " + source, count)) {
            CollectedFeatures found = folder.features(features, done -> progress.at(done, "images"));
            return new FidSource(source, features.name(), features.metric(), found.gaussian(), found);
        } catch (IOException e) {
            throw e.getCause() instanceof IllegalArgumentException
                    ? new IOException(e.getMessage() + extractor.remedy(), e)
                    : e;
        }
    }

    /** What others are compared with. */
    FeatureReference reference() {
        return collected == null ? FeatureReference.of(gaussian) : FeatureReference.of(collected);
    }

    /** What its statistics' file says of whose features they are. */
    String nameInFile() {
        return features.equals(NOT_NAMED) ? "" : features;
    }

    /** For example {@code N = 5000}. */
    String size() {
        return gaussian.samples().isPresent()
                ? String.format(Locale.ROOT, "N = %d", gaussian.samples().getAsLong())
                : "N unknown";
    }
}
