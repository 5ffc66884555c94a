package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import java.util.ArrayList;
import java.util.List;

/**
 * The findings of a judge in the samples of a model.
 *
 * @param shown the first samples; null if none were asked for
 */
record SampleJudgement(double fid, ClassFrequencies frequencies, ImageBatch shown) {

    /**
     * Draws samples and judges them as they come: beside the statistics and the samples to be shown, few are in memory.
     *
     * @param count number of samples
     * @param toShow how many of the first are kept
     */
    static SampleJudgement of(ImageSampler sampler, Judge judge, int count, int toShow, long seed, int workers) {
        FeatureStatistics statistics = new FeatureStatistics(judge.extractor().dimensions());
        int[] labels = new int[count];
        int shownCount = Math.min(toShow, count);
        List<ImageBatch> shown = new ArrayList<>();
        sampler.each(count, seed, NoisePredictor.BATCH, workers, (from, part) -> {
            statistics.add(judge.extractor().features(part));
            if (judge.classes() != null) {
                int[] seen = judge.classes().classifier().classify(part);
                System.arraycopy(seen, 0, labels, from, seen.length);
            }
            if (from < shownCount) {
                shown.add(part.slice(0, Math.min(part.count(), shownCount - from)));
            }
        });
        try (FrechetDistance distance = new FrechetDistance()) {
            return new SampleJudgement(
                    distance.between(statistics.gaussian(), judge.reference()),
                    frequencies(labels, judge.classes()),
                    shown.isEmpty() ? null : ImageBatch.joined(shown));
        }
    }

    private static ClassFrequencies frequencies(int[] labels, Classes classes) {
        return classes == null
                ? ClassFrequencies.NONE
                : ClassFrequencies.of(labels, classes.classifier().description().classes(), classes.names());
    }
}
