package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierTraining;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.schema.ClassFrequency;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleJudgementTest {

    private static final int SIDE = 8;
    private static final UNet2DConfig CONFIG = UNet2DConfig.of(SIDE, 1, List.of(8, 8), 1, 4);
    private static final DdimSampler ONE_STEP =
            new DdimSampler(NoiseSchedule.cosine(100), PredictionType.EPSILON, 1, 0);

    /** Mean and mean square of each row of an image; remembers how many images came at once. */
    private static final class RowMeans implements FeatureExtractor {
        private final List<Integer> batches = new ArrayList<>();

        @Override
        public String name() {
            return "rows";
        }

        @Override
        public int dimensions() {
            return 2 * SIDE;
        }

        @Override
        public float[] features(ImageBatch images) {
            batches.add(images.count());
            float[] features = new float[images.count() * 2 * SIDE];
            for (int i = 0; i < images.pixels().length; i++) {
                float value = images.pixels()[i];
                features[i / SIDE * 2] += value / SIDE;
                features[i / SIDE * 2 + 1] += value * value / SIDE;
            }
            return features;
        }

        @Override
        public void close() {}
    }

    private static DigitClassifier classifier() {
        byte[] pixels = new byte[60 * SIDE * SIDE];
        new Random(1).nextBytes(pixels);
        int[] labels = new int[60];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        return ClassifierTraining.DEFAULT.train(new ImageDataSet(pixels, labels, 1, SIDE, SIDE), 1);
    }

    @Test
    void manySamplesAreJudgedAFewAtATimeAndAsAll() {
        RowMeans extractor = new RowMeans();
        Random random = new Random(2);
        FeatureStatistics reference = new FeatureStatistics(2 * SIDE);
        for (int i = 0; i < 100; i++) {
            reference.add(random.doubles(2 * SIDE).toArray());
        }
        try (UNet2D network = UNet2D.compile(CONFIG);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32);
                DigitClassifier classifier = classifier();
                FrechetDistance distance = new FrechetDistance()) {
            ImageSampler sampler = new ImageSampler(model, ONE_STEP);
            Judge judge =
                    new Judge(extractor, new Classes(classifier, Integer::toString), reference.gaussian(), "reference");
            SampleJudgement found = SampleJudgement.of(sampler, judge, 1300, 600, 7, 2);
            assertEquals(List.of(512, 512, 276), extractor.batches);
            ImageBatch all = sampler.sample(1300, 7, 64, 2);
            FeatureStatistics features = FeatureStatistics.of(extractor.features(all), 2 * SIDE);
            double expected = distance.between(features, reference);
            assertEquals(expected, found.fid(), 1e-5 * expected);
            assertArrayEquals(all.slice(0, 600).pixels(), found.shown().pixels(), 1e-5f);
            assertEquals(
                    1,
                    found.frequencies().rows().stream()
                            .mapToDouble(ClassFrequency::getFrequency)
                            .sum(),
                    1e-12);
            assertNull(SampleJudgement.of(sampler, judge, 20, 0, 7, 2).shown());
        }
    }
}
