package io.saddle.binding;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.spec.DataSelections;
import io.saddle.spec.Problem;
import io.saddle.spec.RunSpec;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What only the data and the network itself can tell of a specification: checked before anything starts, all at once. */
public final class SubmissionCheck {

    private final SelectedData data = new SelectedData();

    /** Everything that is wrong, each with its path in the specification; empty if nothing is. */
    public List<Problem> check(RunSpec spec) {
        List<Problem> problems = new ArrayList<>();
        UNet2DConfig network = network(spec, problems);
        check("data", spec.data(), network, problems);
        for (int i = 0; i < spec.constraints().size(); i++) {
            RunSpec.Constraint constraint = spec.constraints().get(i);
            String path = "constraints[" + i + "]";
            check(path + ".data", constraint.data(), network, problems);
            if (constraint.evaluationData() != null
                    && !constraint.evaluationData().equals(constraint.data())) {
                check(path + ".evaluationData", constraint.evaluationData(), network, problems);
            }
        }
        check("evaluation.reference", spec.evaluation().reference(), network, problems);
        referenceStatistics(spec.evaluation().referenceStatistics(), problems);
        return problems;
    }

    /** Whether they fit the evaluator's features only the evaluator can tell. */
    private static void referenceStatistics(String file, List<Problem> problems) {
        if (file == null) {
            return;
        }
        try {
            StatisticsFile.read(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            problems.add(new Problem("evaluation.referenceStatistics", e.getMessage()));
        }
    }

    private static UNet2DConfig network(RunSpec spec, List<Problem> problems) {
        RunModel model;
        try {
            model = RunModel.of(spec);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("model", e.getMessage()));
            return null;
        }
        try {
            model.trainingSettings(spec, 1);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("training", e.getMessage()));
        }
        try {
            model.sampler(spec.evaluation().sampler(), spec.evaluation().samplerSteps());
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("evaluation.samplerSteps", e.getMessage()));
        }
        return model.network();
    }

    private void check(String path, RunSpec.Data selection, UNet2DConfig network, List<Problem> problems) {
        if (selection == null) {
            return;
        }
        try {
            ImageDataSet images = data.open(DataSelections.toAvro(selection));
            if (network != null
                    && (images.height() != network.height()
                            || images.width() != network.width()
                            || images.channels() != network.inChannels())) {
                problems.add(new Problem(
                        path,
                        "the images are " + images.channels() + "x" + images.height() + "x" + images.width()
                                + ", the network takes " + network.inChannels() + "x" + network.sampleSize()));
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(path, e.getMessage()));
        }
    }
}
