package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The features of a network that somebody brought as a TorchScript file: a row of D numbers for each image. Thread-safe. */
public final class TorchScriptFeatures implements FeatureExtractor {
    private final TorchScriptRows rows;

    private TorchScriptFeatures(TorchScriptRows rows) {
        this.rows = rows;
    }

    /**
     * Loads the program and tries it on empty images.
     *
     * @param workers batches that are computed at the same time, each on a thread of its own
     * @throws IOException naming the file, and what is missing or wrong
     */
    public static TorchScriptFeatures open(TorchScriptFile file, int workers) throws IOException {
        return new TorchScriptFeatures(TorchScriptRows.open(file, workers));
    }

    /**
     * Reads the description; the program is not run.
     *
     * @throws IOException naming the file, and what of its description is missing or wrong
     */
    public static void check(TorchScriptFile file) throws IOException {
        ImageInput.check(file);
    }

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "%s (%d features, sha256 %s)",
                rows.file().name(),
                rows.width(),
                rows.file().shownSha256());
    }

    /** The same program sees other images under another description, by their range for example. */
    @Override
    public String identity() {
        String description = rows.file().description().toString();
        return name() + " as described by " + Sha256.of(description.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int dimensions() {
        return rows.width();
    }

    @Override
    public float[] features(ImageBatch images) {
        return rows.of(images);
    }

    @Override
    public void close() {
        rows.close();
    }
}
