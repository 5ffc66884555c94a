package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.files.NpyArray;
import io.saddle.diffusion.files.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Statistics of features in the {@code .npz} layout of pytorch-fid and clean-fid: {@code mu} (D) and {@code sigma} (D x D).
 * Beside them saddle writes the number of samples as {@code n} and whose features they are as {@code features}, the code points of a
 * name (arrays here are numbers), which those programs leave alone.
 */
public final class StatisticsFile {
    private static final String MEAN = "mu";
    private static final String COVARIANCE = "sigma";
    private static final String SAMPLES = "n";
    private static final String FEATURES = "features";
    private static final int LONGEST_NAME = 1000;

    private StatisticsFile() {}

    /**
     * @throws IOException naming the file, the array and what is wrong with it
     */
    public static FeatureGaussian read(Path file) throws IOException {
        try (NpzFile npz = NpzFile.open(file)) {
            NpyArray mean = npz.get(MEAN);
            NpyArray covariance = npz.get(COVARIANCE);
            int size = mean.values().length;
            if (mean.shape().length != 1 || size == 0) {
                throw new IOException(
                        file + ": array " + MEAN + " must be one row of values, has the shape " + shape(mean));
            }
            if (covariance.shape().length != 2
                    || covariance.shape()[0] != size
                    || covariance.shape()[1] != size) {
                throw new IOException(file + ": array " + COVARIANCE + " must have the shape (" + size + ", " + size
                        + ") to go with " + MEAN + ", has " + shape(covariance));
            }
            OptionalLong count = count(npz.find(SAMPLES).orElse(null));
            return new FeatureGaussian(mean.values(), covariance.values(), count);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Whose features the statistics are of, as whoever wrote them said.
     *
     * @return empty where nobody did
     * @throws IOException if the file cannot be read
     */
    public static Optional<String> features(Path file) throws IOException {
        try (NpzFile npz = NpzFile.open(file)) {
            return npz.find(FEATURES).flatMap(StatisticsFile::name);
        }
    }

    private static Optional<String> name(NpyArray codePoints) {
        StringBuilder name = new StringBuilder();
        for (double value : codePoints.values()) {
            if (value != Math.rint(value)
                    || !Character.isValidCodePoint((int) value)
                    || Character.isISOControl((int) value)) {
                return Optional.empty();
            }
            name.appendCodePoint((int) value);
        }
        return Optional.of(name.toString()).filter(text -> !text.isBlank() && text.length() <= LONGEST_NAME);
    }

    /** Writes statistics in float64; an existing file is overwritten. */
    public static void write(Path file, FeatureGaussian gaussian) throws IOException {
        write(file, gaussian, "");
    }

    /**
     * Writes statistics in float64; an existing file is overwritten.
     *
     * @param features the name of whose features they are of; empty where that is not known
     */
    public static void write(Path file, FeatureGaussian gaussian, String features) throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put(MEAN, NpyArray.vector(gaussian.mean()));
        arrays.put(COVARIANCE, NpyArray.square(gaussian.dimensions(), gaussian.covariance()));
        if (gaussian.samples().isPresent()) {
            arrays.put(
                    SAMPLES,
                    new NpyArray(new int[0], new double[] {gaussian.samples().getAsLong()}));
        }
        if (!features.isEmpty()) {
            arrays.put(
                    FEATURES,
                    NpyArray.vector(features.codePoints().asDoubleStream().toArray()));
        }
        NpzFile.write(file, arrays);
    }

    private static OptionalLong count(NpyArray samples) {
        if (samples == null || samples.values().length != 1) {
            return OptionalLong.empty();
        }
        double value = samples.values()[0];
        return value >= 2 && value == Math.rint(value) ? OptionalLong.of((long) value) : OptionalLong.empty();
    }

    private static String shape(NpyArray array) {
        return Arrays.toString(array.shape()).replace('[', '(').replace(']', ')');
    }
}
