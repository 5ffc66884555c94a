package io.saddle.cli.fid;

import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.InceptionFeatures;
import io.saddle.diffusion.evaluation.TorchScriptFeatures;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.model.TrainedClassifiers;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The features that the images of a folder are compared by; loaded when the first folder comes. */
final class FidExtractor implements AutoCloseable {

    private final Path features;
    private final Path inception;
    private final String sha256;
    private final Supplier<LocalSettings> settings;
    private final PrintWriter err;
    private FeatureExtractor extractor;

    /**
     * @param features a TorchScript file with its description beside it; null: Inception or the small classifier
     * @param inception its TorchScript file; null: the small classifier
     * @param sha256 of that file; may be null
     * @param settings where the small classifier is kept, beside the FID evaluator's
     */
    FidExtractor(Path features, Path inception, String sha256, Supplier<LocalSettings> settings, PrintWriter err) {
        this.features = features;
        this.inception = inception;
        this.sha256 = sha256;
        this.settings = settings;
        this.err = err;
    }

    FeatureExtractor get() throws IOException {
        if (extractor == null) {
            extractor = features != null ? network() : inception == null ? classifier() : inception();
        }
        return extractor;
    }

    /** The remedy for images that it does not take. */
    String remedy() {
        return inception == null && features == null
                ? "; for other images name an Inception file with --inception, or other features with --features"
                : "";
    }

    private FeatureExtractor network() throws IOException {
        return TorchScriptFeatures.open(
                TorchScriptFile.open(features), Runtime.getRuntime().availableProcessors());
    }

    private FeatureExtractor inception() throws IOException {
        try {
            return InceptionFeatures.open(
                    inception, sha256, Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            throw new IOException("--inception " + e.getMessage(), e);
        }
    }

    private FeatureExtractor classifier() throws IOException {
        Path folder = settings.get().classifiers();
        TrainedClassifiers classifiers = new TrainedClassifiers(folder, line -> {
            err.println(line);
            err.flush();
        });
        return new ClassifierFeatures(
                classifiers.of(DataSets.BUNDLED_MNIST, DataSets.BUNDLED_MNIST), DataSets.BUNDLED_MNIST);
    }

    @Override
    public void close() {
        if (extractor != null) {
            extractor.close();
        }
    }
}
