package io.saddle.lab.bench.sample;

import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.ImageSize;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.model.TrainedClassifiers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The bench of sampling: how fast images are drawn, and how good they are at equal numbers of network calls. */
public final class SampleBench {

    private final SampleOptions options;
    private final BenchContext context;
    private final Consumer<String> say;

    /**
     * @param say takes lines for a person
     */
    public SampleBench(SampleOptions options, BenchContext context, Consumer<String> say) {
        this.options = options;
        this.context = context;
        this.say = say;
    }

    /**
     * Measures; takes minutes.
     *
     * @throws BenchException if the given model draws images of another shape than the digits'
     */
    public BenchReport measure() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        Path folder = folder(digits);
        DiffusersPipelineFolder model = DiffusersPipelineFolder.read(folder);
        requireDigits(folder, model.network(), digits);
        List<Comparison> tables = new ArrayList<>(new SamplingSpeed(options, context).measure(folder));
        try (FeatureExtractor features = features()) {
            tables.add(new SamplerQuality(options.calls(), options.fidImages(), options.batch())
                    .measure(model, features, digits));
        }
        return new BenchReport("sample", tables);
    }

    private Path folder(ImageDataSet digits) throws IOException {
        if (options.model().isPresent()) {
            return options.model().get();
        }
        int workers = Runtime.getRuntime().availableProcessors();
        return DigitsModel.of(options.run(), options.trainingSteps(), workers)
                .trained(context.folder("sample"), digits);
    }

    static void requireDigits(Path folder, UNet2DConfig network, ImageDataSet digits) {
        ImageSize size = new ImageSize(digits.height(), digits.width());
        if (!size.equals(network.sampleSize()) || network.inChannels() != digits.channels()) {
            throw new BenchException(folder + ": draws images of " + network.sampleSize() + " with "
                    + network.inChannels() + " channels; name a model of images like the bundled digits, " + size
                    + " with " + digits.channels());
        }
    }

    /** The very same classifier as the FID evaluator's. */
    private FeatureExtractor features() throws IOException {
        Path kept = context.settings().classifiers();
        String digits = DataSets.BUNDLED_MNIST;
        return new ClassifierFeatures(new TrainedClassifiers(kept, say).of(digits, digits), digits);
    }
}
