package io.saddle.diffusion.evaluation;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.TorchModule;
import io.saddle.diffusion.torch.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The features that the field computes FID on: the pooled layer (2,048 values) of the Inception-v3 that clean-fid and StyleGAN
 * take from {@code inception-2015-12-05.pt}, on images that went through {@link CleanResize}. The module is called as
 * {@code forward(img, return_features=True)} with float images 0..255; the resampling that it does itself changes images of
 * 299 x 299 by at most a hundredth of a grey level. Thread-safe.
 */
public final class InceptionFeatures implements FeatureExtractor {
    /** Beginning of {@link #name()}, by which scores of earlier releases say that they are FID. */
    private static final String NAME = "inception-v3";

    private static final int BATCH = 8;
    private static final String EXPECTED =
            "expected a TorchScript module like inception-2015-12-05.pt, the file that clean-fid and StyleGAN use";

    private final TorchModule module;
    private final CleanResize resize;
    private final int workers;
    private final String name;
    private final int dimensions;

    private InceptionFeatures(Path file, String sha256, int workers) throws IOException {
        this.workers = workers;
        module = load(file);
        resize = new CleanResize();
        try {
            dimensions = probe(file);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        name = String.format(
                Locale.ROOT,
                NAME + " (%d features of %s, sha256 %s, clean resize, clipped)",
                dimensions,
                file.getFileName(),
                Sha256.shown(sha256));
    }

    /**
     * Loads the module and tries it on an empty image.
     *
     * @param sha256 what the file must have, 64 hexadecimal digits; null: not checked. Pin it: the file is a program.
     * @param workers batches that are computed at the same time, each on a thread of its own
     * @throws IOException naming the file, what is wrong with it and what to do
     */
    public static InceptionFeatures open(Path file, String sha256, int workers) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file + ": no such file; " + EXPECTED);
        }
        String actual = sha256 == null ? Sha256.of(file) : Sha256.require(file, sha256);
        return new InceptionFeatures(file, actual, workers);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String metric() {
        return "FID";
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public float[] features(ImageBatch images) {
        float[] features = new float[Math.multiplyExact(images.count(), dimensions)];
        Workers.runBatches(workers, images.count(), BATCH, (from, to) -> {
            float[] rows = featuresOf(images.slice(from, to));
            System.arraycopy(rows, 0, features, from * dimensions, rows.length);
        });
        return features;
    }

    @Override
    public void close() {
        resize.close();
        module.close();
    }

    private float[] featuresOf(ImageBatch images) {
        try (NDManager scope = module.newManager()) {
            return forward(scope, resize.resized(scope, images)).toFloatArray();
        }
    }

    /** {@code forward(img, return_features=True)}. */
    private NDArray forward(NDManager scope, NDArray images) {
        return module.forward(scope, images, true);
    }

    private static TorchModule load(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new TorchModule(in);
        } catch (IOException e) {
            throw new IOException(file + ": libtorch cannot load it: " + TorchModule.reason(e) + "; " + EXPECTED, e);
        }
    }

    /** Length of a feature vector. */
    private int probe(Path file) throws IOException {
        try (NDManager scope = module.newManager()) {
            NDArray empty = scope.zeros(new Shape(2, 3, CleanResize.SIDE, CleanResize.SIDE), DataType.FLOAT32);
            Shape shape = forward(scope, empty).getShape();
            if (shape.dimension() != 2 || shape.get(0) != 2 || shape.get(1) < 1) {
                throw new IOException(file + ": forward(img, return_features=True) gives " + shape
                        + " for 2 images, not one row of features each; " + EXPECTED);
            }
            return Math.toIntExact(shape.get(1));
        } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException(
                    file + ": forward(img, return_features=True) fails: " + TorchModule.reason(e) + "; " + EXPECTED, e);
        }
    }
}
