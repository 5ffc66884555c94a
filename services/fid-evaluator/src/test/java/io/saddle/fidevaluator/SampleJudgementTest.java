package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierTraining;
import io.saddle.diffusion.evaluation.CollectedFeatures;
import io.saddle.diffusion.evaluation.DigitClassifier;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureReference;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.evaluation.SampleDistances;
import io.saddle.diffusion.evaluation.SmallClassifier;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.schema.ClassDistance;
import io.saddle.schema.ClassFrequency;
import io.saddle.schema.FeatureMeasure;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleJudgementTest {

    private static final int SIDE = 8;
    private static final UNet2DConfig CONFIG = UNet2DConfig.of(SIDE, 1, List.of(8, 8), 1, 4);
    private static final DdimSampler ONE_STEP =
            new DdimSampler(NoiseSchedule.cosine(100), PredictionType.EPSILON, 1, 0);

    /** Mean and mean square of each row of an image's first channel; remembers how many images came at once. */
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
            for (int i = 0; i < images.count() * SIDE * SIDE; i++) {
                float value = images.pixels()[i / (SIDE * SIDE) * images.imageSize() + i % (SIDE * SIDE)];
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
        CollectedFeatures reference = new CollectedFeatures(2 * SIDE);
        for (int i = 0; i < 300; i++) {
            reference.add(row(random), new int[] {i % 3});
        }
        try (UNet2D network = UNet2D.compile(CONFIG);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32);
                DigitClassifier classifier = classifier();
                FrechetDistance distance = new FrechetDistance()) {
            ImageSampler sampler = new ImageSampler(model, ONE_STEP);
            Judge judge = new Judge(
                    List.of(
                            new Judge.Network(extractor, FeatureReference.of(reference), "aa"),
                            new Judge.Network(new RowMeans(), FeatureReference.of(reference.gaussian()), null)),
                    new SmallClassifier(classifier, "noise", label -> "c" + label),
                    0.5,
                    List.of(0, 1, 2),
                    "reference");
            SampleJudgement found = SampleJudgement.of(sampler, judge, wanted(1300, 600), 2);
            assertEquals(List.of(512, 512, 276), extractor.batches);
            ImageBatch all = sampler.sample(1300, 7, 64, 2);
            FeatureStatistics features = FeatureStatistics.of(extractor.features(all), 2 * SIDE);
            double expected = distance.between(features.gaussian(), reference.gaussian());
            SampleDistances first = found.distances().get(0);
            assertEquals(expected, first.frechet(), 1e-5 * expected);
            assertTrue(first.infinity().value() < expected, first.infinity().toString());
            assertEquals(1300, first.samples().rows());
            assertEquals(
                    1300,
                    first.samples().classes().stream()
                            .mapToInt(SampleDistances.OfClass::images)
                            .sum());
            assertNull(found.distances().get(1).samples());
            onTheTopic(judge, found);
            assertArrayEquals(all.slice(0, 600).pixels(), found.shown().pixels(), 1e-5f);
            assertEquals(
                    1,
                    found.frequencies().rows().stream()
                            .mapToDouble(ClassFrequency::getFrequency)
                            .sum(),
                    1e-12);
            assertNull(SampleJudgement.of(sampler, judge, wanted(20, 0), 2).shown());
        }
    }

    /** The grid was drawn before the score was told: it could not be, and the run was never scored. */
    @Test
    void samplesThatCannotBeDrawnAreJudgedAndNotShown() {
        RowMeans extractor = new RowMeans();
        CollectedFeatures reference = new CollectedFeatures(2 * SIDE);
        Random random = new Random(2);
        for (int i = 0; i < 60; i++) {
            reference.add(row(random), new int[1]);
        }
        Judge judge = new Judge(
                List.of(new Judge.Network(extractor, FeatureReference.of(reference.gaussian()), null)),
                null,
                null,
                List.of(),
                "reference");
        try (UNet2D network = UNet2D.compile(UNet2DConfig.of(SIDE, 2, List.of(8, 8), 1, 4));
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            SampleJudgement found = SampleJudgement.of(new ImageSampler(model, ONE_STEP), judge, wanted(60, 30), 1);
            assertNull(found.shown());
            assertEquals(1, found.distances().size());
        }
    }

    private static void onTheTopic(Judge judge, SampleJudgement found) {
        List<FeatureMeasure> measures = Measures.of(judge, found.distances());
        FeatureMeasure first = measures.get(0);
        assertEquals("Frechet distance", first.getMetric());
        assertEquals("rows", first.getNetwork());
        assertEquals("aa", first.getSha256());
        assertEquals(List.of(1300, 300), List.of(first.getImages(), first.getReferenceImages()));
        assertEquals(found.distances().get(0).frechet(), first.getFrechet());
        assertEquals(found.distances().get(0).infinity().value(), first.getFrechetAtInfinity());
        assertTrue(first.getKidStandardError() > 0 && first.getPrecision() >= 0 && first.getCoverage() <= 1);
        assertEquals(150, first.getFloor().getImages());
        assertTrue(first.getFloor().getFrechet() < first.getFrechet());
        assertEquals(
                List.of("c0", "c1", "c2"),
                first.getClasses().stream().map(ClassDistance::getName).toList());
        assertEquals(100, first.getClasses().get(0).getReferenceImages());
        FeatureMeasure statisticsAlone = measures.get(1);
        assertNull(statisticsAlone.getKid());
        assertNull(statisticsAlone.getFloor());
        assertEquals(0, statisticsAlone.getRows());
    }

    private static SampleJudgement.Wanted wanted(int count, int toShow) {
        return new SampleJudgement.Wanted(count, toShow, true, 7);
    }

    private static float[] row(Random random) {
        float[] row = new float[2 * SIDE];
        for (int i = 0; i < row.length; i++) {
            row[i] = random.nextFloat();
        }
        return row;
    }
}
