package io.saddle.lab.bench.sample;

import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.ImageSize;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.QuickOption;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.pytorch.CompileOption;
import io.saddle.model.TrainedClassifiers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of sampling: how fast images are drawn, and how good they are at equal numbers of network calls. */
@Command(
        name = "sample",
        description = {
            "Images per second with DDIM, DPM-Solver++ and Euler against the fastest PyTorch, and the Frechet distance of each at equal"
                    + " network calls.",
            "Without --model, the demo's network is trained on the bundled digits first and kept for the next time. The distance is on"
                    + " the small classifier's features, so it compares with nobody else's."
        },
        footer = {
            "  ./saddle bench sample",
            "  ./saddle bench sample --model my-model --json sample.json",
            "  ./saddle bench sample --quick"
        })
public final class SampleBench extends Bench {

    private static final int WARM_UP_STEPS = 5;
    private static final int WARM_UP_ROUNDS = 3;

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "A diffusers folder of a model of 28x28 digits, such as './saddle export' writes.")
    private Path model;

    @Option(
            names = "--training-steps",
            paramLabel = "N",
            defaultValue = "600",
            description = "Steps of the training without --model (default: ${DEFAULT-VALUE}).")
    private int trainingSteps;

    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            defaultValue = "20,50",
            description = "Steps whose speed is measured (default: ${DEFAULT-VALUE}).")
    private List<Integer> steps;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(5);

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "128",
            description = "Images of a turn (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "Images in one network call (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--calls",
            paramLabel = "N",
            split = ",",
            defaultValue = "10,20,50",
            description = "Network calls for an image whose distance is measured (default: ${DEFAULT-VALUE}).")
    private List<Integer> calls;

    @Option(
            names = "--fid-images",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Images for each distance (default: ${DEFAULT-VALUE}).")
    private int fidImages;

    @Mixin
    private final CompileOption compile = new CompileOption();

    @Mixin
    private final QuickOption quick = new QuickOption();

    /**
     * Measures; takes minutes.
     *
     * @throws BenchException if the given model draws images of another shape than the digits'
     */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--training-steps", trainingSteps, 1);
        atLeast("--rounds", rounds.number(), 1);
        atLeast("--images", images, 1);
        atLeast("--batch", batch, 1);
        steps.forEach(number -> atLeast("--steps", number, 1));
        calls.forEach(number -> atLeast("--calls", number, 1));
        atLeast("--fid-images", fidImages, 2);
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        Path folder = model != null ? model : trained(context, digits);
        DiffusersPipelineFolder pipeline = DiffusersPipelineFolder.read(folder);
        requireDigits(folder, pipeline.network(), digits);
        List<Comparison> tables = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            tables.addAll(new SamplingSpeed(context, folder, precision, steps(), effort()).measure());
        }
        try (FeatureExtractor features = features(context.settings().classifiers())) {
            tables.add(quality().measure(pipeline, features, digits));
        }
        return List.of(new BenchReport("sample", tables));
    }

    private List<Integer> steps() {
        return quick.isAsked() ? List.of(2) : steps;
    }

    private SamplingEffort effort() {
        return quick.isAsked()
                ? new SamplingEffort(1, 4, 4, 2, 1, false)
                : new SamplingEffort(rounds.number(), images, batch, WARM_UP_STEPS, WARM_UP_ROUNDS, compile.isAsked());
    }

    private SamplerQuality quality() {
        return quick.isAsked() ? new SamplerQuality(List.of(2), 4, 4) : new SamplerQuality(calls, fidImages, batch);
    }

    private Path trained(BenchContext context, ImageDataSet digits) throws IOException {
        int workers = Runtime.getRuntime().availableProcessors();
        return DigitsModel.of(
                        context.distribution().example("mnist-minority.yaml"), quick.of(trainingSteps, 2), workers)
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
    private FeatureExtractor features(Path kept) throws IOException {
        String digits = DataSets.BUNDLED_MNIST;
        return new ClassifierFeatures(new TrainedClassifiers(kept, this::say).of(digits, digits), digits);
    }
}
