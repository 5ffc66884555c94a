package io.saddle.lab.bench.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.StepReport;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.lab.bench.BenchException;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * A model of all bundled digits, trained without constraints at first use and kept by its settings.
 *
 * @param model what is trained
 * @param settings how
 * @param steps primal steps
 */
record DigitsModel(RunModel model, TrainingSettings settings, long steps) {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final long WARM_UP = 100;

    /**
     * Network, schedule and descent of a run, but for the number of steps.
     *
     * @throws IOException if the file cannot be read
     */
    static DigitsModel of(Path run, long steps, int workers) throws IOException {
        ObjectNode yaml = (ObjectNode) YAML.readTree(Files.readString(run));
        yaml.withObject("/training").put("steps", steps).put("warmupSteps", Math.min(WARM_UP, steps / 2));
        RunSpec spec = new RunSpecParser().parse(run.toString(), YAML.writeValueAsString(yaml));
        RunModel model = RunModel.of(spec);
        return new DigitsModel(model, model.trainingSettings(spec, workers), steps);
    }

    /** The folder of a model of these settings. */
    Path in(Path folder) {
        CRC32 digest = new CRC32();
        digest.update(settings.toString().getBytes(StandardCharsets.UTF_8));
        return folder.resolve(String.format(Locale.ROOT, "digits-%d-steps-%08x", steps, digest.getValue()));
    }

    /**
     * The diffusers folder, trained if it is missing.
     *
     * @param folder of all such models
     */
    Path trained(Path folder, ImageDataSet digits) throws IOException {
        Path place = in(folder);
        if (!Files.isDirectory(place)) {
            Files.createDirectories(folder);
            Path temp = Files.createTempDirectory(folder, ".new-");
            try (HostVector weights = train(digits)) {
                new DiffusersPipelineFolder(model.network(), model.schedule(), model.prediction(), weights).write(temp);
            }
            Files.move(temp, place);
        }
        return place;
    }

    /** The average of the weights. */
    private HostVector train(ImageDataSet digits) {
        try (ModelState start = ModelState.initial(model.network(), settings.seed());
                PrimalTraining training = new PrimalTraining(settings, List.of(new Source("digits", digits)), start);
                Progress progress = Progress.start("training the model, once", steps)) {
            Multipliers none = new Multipliers();
            while (training.step() < steps) {
                StepReport report = training.step(none);
                if (!report.finite()) {
                    throw new BenchException("the model's loss is not finite in step " + report.step());
                }
                progress.at(report.step(), String.format(Locale.ROOT, "loss %.3f", report.lagrangianLoss()));
            }
            return training.ema();
        }
    }
}
