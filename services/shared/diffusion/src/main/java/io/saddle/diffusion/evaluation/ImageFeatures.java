package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.data.PngFolder;
import io.saddle.diffusion.sampling.ImageBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Statistics of an extractor's features over many images, of which only a batch is in memory at a time. */
public final class ImageFeatures {
    private static final int BATCH = 128;
    private static final int BATCH_VALUES = 1 << 23;

    private ImageFeatures() {}

    /** Of all images of a data set. */
    public static FeatureGaussian of(FeatureExtractor extractor, ImageDataSet data) {
        FeatureStatistics statistics = new FeatureStatistics(extractor.dimensions());
        for (int from = 0; from < data.count(); from += BATCH) {
            int to = Math.min(data.count(), from + BATCH);
            statistics.add(extractor.features(ImageBatch.of(data, from, to)));
        }
        return statistics.gaussian();
    }

    /**
     * Of all images of a folder, which may differ in size where the extractor resizes them.
     *
     * @param done told how many files have been read
     * @throws IOException naming the file that cannot be read or that the extractor cannot take
     */
    public static FeatureGaussian of(FeatureExtractor extractor, PngFolder folder, IntConsumer done)
            throws IOException {
        FeatureStatistics statistics = new FeatureStatistics(extractor.dimensions());
        List<PngFolder.Image> waiting = new ArrayList<>();
        Path first = null;
        int read = 0;
        for (Path file : folder.files()) {
            PngFolder.Image image = PngFolder.read(file);
            if (!waiting.isEmpty() && (isFull(waiting) || !image.isLike(waiting.get(0)))) {
                add(statistics, extractor, waiting, first);
                done.accept(read);
            }
            if (waiting.isEmpty()) {
                first = file;
            }
            waiting.add(image);
            read++;
        }
        add(statistics, extractor, waiting, first);
        done.accept(read);
        return statistics.gaussian();
    }

    private static boolean isFull(List<PngFolder.Image> images) {
        return images.size() >= Math.min(BATCH, BATCH_VALUES / images.get(0).levels().length);
    }

    private static void add(
            FeatureStatistics statistics, FeatureExtractor extractor, List<PngFolder.Image> images, Path first)
            throws IOException {
        try {
            statistics.add(extractor.features(batch(images)));
        } catch (IllegalArgumentException e) {
            throw new IOException(first + ": " + e.getMessage(), e);
        }
        images.clear();
    }

    private static ImageBatch batch(List<PngFolder.Image> images) {
        PngFolder.Image like = images.get(0);
        byte[] levels = new byte[Math.multiplyExact(images.size(), like.levels().length)];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i).levels(), 0, levels, i * like.levels().length, like.levels().length);
        }
        int[] unlabelled = new int[images.size()];
        return ImageBatch.of(
                new ImageDataSet(levels, unlabelled, like.channels(), like.height(), like.width()), 0, images.size());
    }
}
