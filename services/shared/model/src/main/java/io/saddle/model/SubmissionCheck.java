package io.saddle.model;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.PretrainedModel;
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
            check("constraints[" + i + "].", spec, spec.constraints().get(i), network, problems);
        }
        check("evaluation.reference", spec.evaluation().reference(), network, problems);
        referenceStatistics(spec.evaluation().referenceStatistics(), problems);
        return problems;
    }

    /** The same of a constraint alone, for a run that was submitted before. */
    public List<Problem> check(RunSpec spec, RunSpec.Constraint constraint) {
        List<Problem> problems = new ArrayList<>();
        check("", spec, constraint, network(spec, problems), problems);
        return problems;
    }

    private void check(
            String prefix, RunSpec spec, RunSpec.Constraint constraint, UNet2DConfig network, List<Problem> problems) {
        check(prefix + "data", constraint.data(), network, problems);
        if (constraint.evaluationData() != null && !constraint.evaluationData().equals(constraint.data())) {
            check(prefix + "evaluationData", constraint.evaluationData(), network, problems);
        }
        if (constraint.model() != null && network != null) {
            teacher(prefix + "model", spec, constraint.model(), network, problems);
        }
    }

    /** A teacher answers for the same images, in the same terms. */
    private static void teacher(
            String path, RunSpec spec, RunSpec.InitialModel model, UNet2DConfig network, List<Problem> problems) {
        PretrainedModel record = new PretrainedModel(model.folder(), model.sha256());
        try {
            UNet2DConfig teacher = PretrainedModels.check(record, RunModel.of(spec));
            if (!teacher.fits(network)) {
                problems.add(new Problem(
                        path,
                        "the model takes " + teacher.inChannels() + "x" + teacher.sampleSize() + ", the network "
                                + network.inChannels() + "x" + network.sampleSize()));
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(path, e.getMessage()));
        }
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
            // The console, which checks, has no libtorch to choose with; what can be wrong is wrong in any precision.
            model.trainingSettings(spec, Precision.FP32, 1);
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
