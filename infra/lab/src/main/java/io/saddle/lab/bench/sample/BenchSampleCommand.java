package io.saddle.lab.bench.sample;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Speed and quality of sampling. */
@Command(
        name = "sample",
        description = {
            "Images per second with DDIM against PyTorch, and FID of DDIM and DPM-Solver++ at equal network calls.",
            "Without --model, the demo's network is trained on the bundled digits first and kept for the next time. FID is on"
                    + " the small classifier's features, so it compares with nobody else's."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench sample", "  ./saddle bench sample --model my-model --json sample.json"})
public final class BenchSampleCommand extends BenchSubcommand {

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
            description = "DDIM's steps whose speed is measured (default: ${DEFAULT-VALUE}).")
    private List<Integer> steps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each side (default: ${DEFAULT-VALUE}).")
    private int rounds;

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
            description = "Network calls for an image whose FID is measured (default: ${DEFAULT-VALUE}).")
    private List<Integer> calls;

    @Option(
            names = "--fid-images",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Images for each FID (default: ${DEFAULT-VALUE}).")
    private int fidImages;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeastOne("--training-steps", trainingSteps);
        atLeastOne("--rounds", rounds);
        atLeastOne("--images", images);
        atLeastOne("--batch", batch);
        steps.forEach(number -> atLeastOne("--steps", number));
        calls.forEach(number -> atLeastOne("--calls", number));
        if (fidImages < 2) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--fid-images must be at least 2, was " + fidImages);
        }
        SampleOptions options = new SampleOptions(
                context.distribution().example("mnist-minority.yaml"),
                Optional.ofNullable(model),
                trainingSteps,
                steps,
                rounds,
                images,
                batch,
                calls,
                fidImages);
        return List.of(new SampleBench(options, context, this::say).measure());
    }
}
