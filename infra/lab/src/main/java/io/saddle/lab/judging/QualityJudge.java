package io.saddle.lab.judging;

import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.model.ImageFiles;
import io.saddle.model.SelectedData;
import io.saddle.model.TrainedClassifiers;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Judges images as the FID evaluator judges those of a run: the same features, against the same reference. */
public final class QualityJudge implements AutoCloseable {

    private final FeatureExtractor extractor;
    private final FeatureGaussian reference;
    private final FrechetDistance distance = new FrechetDistance();

    /**
     * @param classifiers where small classifiers are kept
     * @param say told when one is trained
     */
    public QualityJudge(RunSpec run, Path classifiers, Consumer<String> say) throws IOException {
        RunSpec.Data data = run.evaluation().reference();
        String images = data.images();
        SelectedData selected = new SelectedData();
        ImageDataSet whole = selected.whole(DataSelections.toAvro(data));
        extractor =
                new ClassifierFeatures(new TrainedClassifiers(classifiers, say).of(ImageFiles.of(data), whole), images);
        ImageDataSet all = selected.open(DataSelections.toAvro(data));
        ImageDataSet balanced = ClassSelection.balanced(all.classCounts()).from(all, data.seed());
        reference = ImageFeatures.of(extractor, balanced);
    }

    /** Whose features. */
    public String features() {
        return extractor.name();
    }

    /** The Frechet distance of images that lie in a file, float32 in this machine's order, around -1..1. */
    public double distance(Path file, int count, int channels, int height, int width) throws IOException {
        float[] pixels = new float[count * channels * height * width];
        ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .get(pixels);
        return distance(new ImageBatch(pixels, count, channels, height, width));
    }

    /** The Frechet distance of images. */
    public double distance(ImageBatch images) throws IOException {
        FeatureStatistics statistics = new FeatureStatistics(extractor.dimensions());
        statistics.add(extractor.features(images));
        return distance.between(statistics.gaussian(), reference);
    }

    @Override
    public void close() {
        extractor.close();
        distance.close();
    }
}
