package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import java.util.Arrays;

/**
 * The findings of a judge in the samples of a model.
 *
 * @param shown the first samples; null if none were asked for
 */
record SampleJudgement(double fid, ClassFrequencies frequencies, ImageBatch shown) {

    private static final int CHUNK = 512;

    /**
     * Draws samples and judges them as they come: beside the statistics and the samples to be shown, no more than 512 are in
     * memory.
     *
     * @param count number of samples
     * @param toShow how many of the first are kept
     */
    static SampleJudgement of(ImageSampler sampler, Judge judge, int count, int toShow, long seed, int workers) {
        FeatureStatistics statistics = new FeatureStatistics(judge.extractor().dimensions());
        int[] labels = new int[count];
        int shownCount = Math.min(toShow, count);
        float[] shown = new float[0];
        ImageBatch part = null;
        for (int from = 0; from < count; from += CHUNK) {
            part = sampler.sample(
                    from, Math.min(CHUNK, count - from), seed, NoisePredictor.BATCH, workers, calls -> {});
            statistics.add(judge.extractor().features(part));
            if (judge.classes() != null) {
                int[] seen = judge.classes().classifier().classify(part);
                System.arraycopy(seen, 0, labels, from, seen.length);
            }
            if (from < shownCount) {
                int size = Math.min(part.count(), shownCount - from) * part.imageSize();
                int before = shown.length;
                shown = Arrays.copyOf(shown, before + size);
                System.arraycopy(part.pixels(), 0, shown, before, size);
            }
        }
        try (FrechetDistance distance = new FrechetDistance()) {
            return new SampleJudgement(
                    distance.between(statistics.gaussian(), judge.reference()),
                    frequencies(labels, judge.classes()),
                    shownCount == 0
                            ? null
                            : new ImageBatch(shown, shownCount, part.channels(), part.height(), part.width()));
        }
    }

    private static ClassFrequencies frequencies(int[] labels, Classes classes) {
        return classes == null
                ? ClassFrequencies.NONE
                : ClassFrequencies.of(labels, classes.classifier().description().classes(), classes.names());
    }
}
