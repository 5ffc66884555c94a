package io.saddle.fidevaluator;

import io.saddle.diffusion.evaluation.FeatureDistances.Kernel;
import io.saddle.diffusion.evaluation.FeatureDistances.Manifold;
import io.saddle.diffusion.evaluation.FeatureReference.Floor;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.SampleDistances;
import io.saddle.schema.ClassDistance;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.MeasureFloor;
import java.util.List;
import java.util.stream.IntStream;

/** Distances in the words of the topic. */
final class Measures {

    private Measures() {}

    /** One for each of the judge's networks, in their order. */
    static List<FeatureMeasure> of(Judge judge, List<SampleDistances> distances) {
        return IntStream.range(0, distances.size())
                .mapToObj(i -> measure(judge.networks().get(i), judge.classifier(), distances.get(i)))
                .toList();
    }

    private static FeatureMeasure measure(
            Judge.Network network, ImageClassifier classifier, SampleDistances distances) {
        FeatureMeasure.Builder measure = FeatureMeasure.newBuilder()
                .setMetric(network.extractor().metric())
                .setNetwork(network.extractor().name())
                .setSha256(network.sha256())
                .setDimensions(network.extractor().dimensions())
                .setImages(Math.toIntExact(distances.images()))
                .setReferenceImages((int) distances.referenceImages().orElse(0))
                .setFrechet(distances.frechet())
                .setFrechetAtInfinity(
                        distances.infinity() == null
                                ? null
                                : distances.infinity().value());
        if (distances.samples() != null) {
            add(distances.samples(), classifier, measure);
        }
        return measure.build();
    }

    private static void add(SampleDistances.OfRows found, ImageClassifier classifier, FeatureMeasure.Builder measure) {
        measure.setRows(found.rows())
                .setReferenceRows(found.referenceRows())
                .setKid(found.kernel().value())
                .setKidStandardError(standardError(found.kernel()))
                .setFloor(floor(found.floor()))
                .setClasses(found.classes().stream()
                        .map(one -> distance(one, classifier))
                        .toList());
        Manifold manifold = found.manifold();
        if (manifold != null) {
            measure.setNeighbours(SampleDistances.NEIGHBOURS)
                    .setPrecision(manifold.precision())
                    .setRecall(manifold.recall())
                    .setDensity(manifold.density())
                    .setCoverage(manifold.coverage());
        }
    }

    private static MeasureFloor floor(Floor floor) {
        return floor == null
                ? null
                : new MeasureFloor(
                        floor.images(), floor.frechet(), floor.kernel().value(), standardError(floor.kernel()));
    }

    private static ClassDistance distance(SampleDistances.OfClass found, ImageClassifier classifier) {
        return new ClassDistance(
                found.label(),
                classifier.className(found.label()),
                found.images(),
                found.referenceImages(),
                found.frechet());
    }

    private static Double standardError(Kernel kernel) {
        return Double.isNaN(kernel.standardError()) ? null : kernel.standardError();
    }
}
