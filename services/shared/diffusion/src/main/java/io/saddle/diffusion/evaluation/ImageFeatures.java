package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.sampling.ImageBatch;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** An extractor's features over many images, of which only a batch is in memory at a time. */
public final class ImageFeatures {
    private static final int BATCH = 128;

    private ImageFeatures() {}

    /** The features of all images of a data set in this order, each with its class. */
    public static CollectedFeatures collected(FeatureExtractor extractor, ImageDataSet data) {
        return collected(extractor, data, images -> {});
    }

    /** @param done told of how many images there are features */
    public static CollectedFeatures collected(FeatureExtractor extractor, ImageDataSet data, IntConsumer done) {
        CollectedFeatures features = new CollectedFeatures(extractor.dimensions());
        for (int from = 0; from < data.count(); from += BATCH) {
            int to = Math.min(data.count(), from + BATCH);
            features.add(
                    extractor.features(ImageBatch.of(data, from, to)),
                    IntStream.range(from, to).map(data::label).toArray());
            done.accept(to);
        }
        return features;
    }

    /** Statistics of all images of a data set. */
    public static FeatureGaussian of(FeatureExtractor extractor, ImageDataSet data) {
        FeatureStatistics statistics = new FeatureStatistics(extractor.dimensions());
        for (int from = 0; from < data.count(); from += BATCH) {
            int to = Math.min(data.count(), from + BATCH);
            statistics.add(extractor.features(ImageBatch.of(data, from, to)));
        }
        return statistics.gaussian();
    }
}
