package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.CollectedFeatures;
import io.saddle.diffusion.evaluation.SampleDistances;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageSampler;
import java.util.ArrayList;
import java.util.List;

/**
 * The findings of a judge in the samples of a model.
 *
 * @param distances under each of the judge's networks, in their order
 * @param shown the first samples; null if none were asked for, or none can be drawn
 */
record SampleJudgement(List<SampleDistances> distances, ClassFrequencies frequencies, ImageBatch shown) {

    /**
     * The samples that are judged.
     *
     * @param count number of samples
     * @param toShow how many of the first are kept, if a grid has room for them
     * @param infinity whether distances are extrapolated to infinitely many
     */
    record Wanted(int count, int toShow, boolean infinity, long seed) {}

    /**
     * Draws samples and judges them as they come: beside statistics, the first features and the samples to be shown, few are in
     * memory.
     */
    static SampleJudgement of(ImageSampler sampler, Judge judge, Wanted wanted, int workers) {
        int count = wanted.count();
        List<CollectedFeatures> features = judge.networks().stream()
                .map(network -> new CollectedFeatures(network.extractor().dimensions()))
                .toList();
        int[] labels = new int[count];
        ShownSamples shown = new ShownSamples(Math.min(wanted.toShow(), count));
        sampler.each(count, wanted.seed(), NoisePredictor.BATCH, workers, (from, part) -> {
            int[] seen = judge.classifier() == null
                    ? new int[part.count()]
                    : judge.classifier().classify(part);
            System.arraycopy(seen, 0, labels, from, seen.length);
            for (int i = 0; i < features.size(); i++) {
                features.get(i).add(judge.networks().get(i).extractor().features(part), seen);
            }
            shown.add(from, part);
        });
        return new SampleJudgement(
                distances(judge, features, wanted),
                judge.classifier() == null ? ClassFrequencies.NONE : ClassFrequencies.of(labels, judge),
                shown.all());
    }

    private static List<SampleDistances> distances(Judge judge, List<CollectedFeatures> features, Wanted wanted) {
        List<SampleDistances> distances = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            distances.add(SampleDistances.of(
                    features.get(i),
                    judge.networks().get(i).reference(),
                    wanted.infinity(),
                    judge.dataClasses(),
                    wanted.seed()));
        }
        return distances;
    }
}
