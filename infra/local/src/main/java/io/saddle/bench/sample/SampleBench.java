package io.saddle.bench.sample;

import io.saddle.bench.BenchContext;
import io.saddle.bench.BenchException;
import io.saddle.bench.BenchReport;
import io.saddle.bench.Comparison;
import io.saddle.binding.TrainedClassifiers;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.ImageSize;
import io.saddle.diffusion.network.UNet2DConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How fast images are drawn, and how good they are at equal numbers of network calls. */
public final class SampleBench {

    /**
     * What is measured.
     *
     * @param run whose network and settings are trained where no model is given
     * @param model a diffusers folder for images like the bundled digits; empty: one is trained
     * @param trainingSteps primal steps of that training
     * @param steps DDIM's steps whose speed is measured
     * @param rounds turns of each side
     * @param images of one turn
     * @param batch images in one network call
     * @param calls network calls for an image whose FID is measured; empty: no FID
     * @param fidImages of each row
     */
    public record Options(
            Path run,
            Optional<Path> model,
            int trainingSteps,
            List<Integer> steps,
            int rounds,
            int images,
            int batch,
            List<Integer> calls,
            int fidImages) {

        public Options {
            steps = List.copyOf(steps);
            calls = List.copyOf(calls);
        }
    }

    private final Options options;
    private final BenchContext context;
    private final Consumer<String> say;

    /**
     * @param say takes lines for a person
     */
    public SampleBench(Options options, BenchContext context, Consumer<String> say) {
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
