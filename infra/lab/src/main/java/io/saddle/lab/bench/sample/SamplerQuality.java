package io.saddle.lab.bench.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Frechet distance of a model's images at equal numbers of network calls, one row for each sampler. All rows start from the same noise.
 *
 * @param calls network calls for an image
 * @param images of each row
 * @param batch images in one call
 */
record SamplerQuality(List<Integer> calls, int images, int batch) {

    private static final int PART = 256;
    private static final long SEED = 1;

    Comparison measure(DiffusersPipelineFolder model, FeatureExtractor extractor, ImageDataSet digits) {
        FeatureGaussian reference = ImageFeatures.of(extractor, digits);
        long total = (long) SamplerName.values().length
                * images
                * calls.stream().mapToInt(Integer::intValue).sum();
        List<Side> sides = new ArrayList<>();
        try (UNet2D network = UNet2D.compile(model.network());
                NoisePredictor predictor = new NoisePredictor(network, model.weights(), Precision.FP32);
                FrechetDistance distance = new FrechetDistance();
                Progress progress = Progress.start("distances of " + images + " images a row", total)) {
            AtomicLong done = new AtomicLong();
            for (int count : calls) {
                for (SamplerName sampler : SamplerName.values()) {
                    String name = name(sampler, count);
                    ImageSampler images = new ImageSampler(predictor, sampler.of(model, count));
                    long start = System.nanoTime();
                    FeatureGaussian drawn = features(images, extractor, rows -> {
                        synchronized (progress) {
                            progress.at(done.addAndGet(rows), name);
                        }
                    });
                    double seconds = (System.nanoTime() - start) / 1e9;
                    sides.add(side(name, distance.between(drawn, reference), count, seconds, extractor));
                }
            }
            int[] order = new RandomStreams(SEED).permutation(digits.count(), "bench-real-images");
            int drawn = Math.min(images, digits.count() / 2);
            FeatureGaussian some = ImageFeatures.of(extractor, digits.select(Arrays.copyOf(order, drawn)));
            FeatureGaussian others =
                    ImageFeatures.of(extractor, digits.select(Arrays.copyOfRange(order, drawn, order.length)));
            return table(sides, extractor, digits, drawn, distance.between(some, others));
        }
    }

    private FeatureGaussian features(ImageSampler sampler, FeatureExtractor extractor, IntConsumer done) {
        int workers = Runtime.getRuntime().availableProcessors();
        FeatureStatistics statistics = new FeatureStatistics(extractor.dimensions());
        for (int from = 0; from < images; from += PART) {
            int count = Math.min(PART, images - from);
            statistics.add(extractor.features(sampler.sample(from, count, SEED, batch, workers, done)));
        }
        return statistics.gaussian();
    }

    private Side side(String name, double fid, int calls, double seconds, FeatureExtractor extractor) {
        ObjectNode answer =
                Json.object().put("calls", calls).put("images", images).put("seconds", seconds);
        answer.set("fid", Json.array(fid));
        return new Side.Measured(name, Json.object().put("features", extractor.name()), "fid", List.of(answer));
    }

    /** @param real distance of {@code drawn} of the digits from all others */
    private Comparison table(
            List<Side> sides, FeatureExtractor extractor, ImageDataSet digits, int drawn, double real) {
        Comparison table =
                Comparison.of("Frechet distance at equal numbers of network calls", "Frechet distance", sides);
        for (int count : calls) {
            for (SamplerName other : List.of(SamplerName.DPM_SOLVER, SamplerName.EULER)) {
                table = table.withRatio(name(other, count), name(SamplerName.DDIM, count), null);
            }
        }
        return table.withFacts(Json.object()
                        .put("features", extractor.name())
                        .put("images", images)
                        .put("referenceImages", digits.count())
                        .put("fidOfRealImages", real))
                .withNote(String.format(
                        Locale.ROOT,
                        "N = %d images a row against all %d bundled digits; %d of these against all others have %.3f",
                        images,
                        digits.count(),
                        drawn,
                        real))
                .withNote("features: " + extractor.name() + ", not Inception-v3: compares with these rows only");
    }

    private static String name(SamplerName sampler, int calls) {
        return sampler.title() + ", " + calls + " calls";
    }
}
