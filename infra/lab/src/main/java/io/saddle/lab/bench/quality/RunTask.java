package io.saddle.lab.bench.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.network.Precision;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What both sides train and how often they are judged.
 *
 * @param yaml the run's specification
 * @param spec the same
 * @param precision of training and sampling
 * @param every steps between two judgements
 * @param images N of each
 */
record RunTask(String yaml, RunSpec spec, Precision precision, int every, int images) {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String SAMPLER = "dpmpp-2m";
    private static final int SAMPLER_STEPS = 20;

    /**
     * @param file the run that is shortened
     * @param steps of it
     * @throws IOException if the file cannot be read
     * @throws CommandException if the script cannot train the same: with constraints, or from a model
     */
    static RunTask of(Path file, int steps, int every, int images) throws IOException {
        ObjectNode yaml = (ObjectNode) YAML.readTree(Files.readString(file));
        boolean isTuning = yaml.hasNonNull("initialModel");
        if (isTuning || !yaml.path("constraints").isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--run: " + file + " has " + (isTuning ? "an initialModel" : "constraints")
                            + "; the script trains on 'data' alone, from weights drawn by the seed");
        }
        yaml.put("name", "bench-run");
        yaml.withObject("/training").put("steps", steps).put("precision", "auto");
        yaml.withObject("/evaluation")
                .put("every", every)
                .put("images", images)
                .put("finalImages", images)
                .put("sampler", SAMPLER)
                .put("samplerSteps", SAMPLER_STEPS);
        // Fewer steps than the warm-up has would have no peak.
        long warmUp = Math.min(parsed(yaml).training().warmupSteps(), steps / 2);
        yaml.withObject("/training").put("warmupSteps", warmUp);
        RunSpec open = parsed(yaml);
        Precision precision = RunModel.of(open).trainingSettings(open, 1).precision();
        for (String section : List.of("/training", "/evaluation")) {
            yaml.withObject(section).put("precision", precision.name().toLowerCase(Locale.ROOT));
        }
        return new RunTask(YAML.writeValueAsString(yaml), parsed(yaml), precision, every, images);
    }

    private static RunSpec parsed(ObjectNode yaml) throws IOException {
        return new RunSpecParser().parse("the bench's run", YAML.writeValueAsString(yaml));
    }

    int steps() {
        return Math.toIntExact(spec.training().steps());
    }
}
