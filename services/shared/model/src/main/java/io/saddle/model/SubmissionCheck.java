package io.saddle.model;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.PretrainedModel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The check of a specification against the data and the network itself: before anything starts, all at once. */
@Singleton
public final class SubmissionCheck {

    private final SelectedData data;

    /** Of specifications that name files alone. */
    public SubmissionCheck() {
        this(ImageSets.withoutStore());
    }

    @Inject
    public SubmissionCheck(ImageSets sets) {
        data = new SelectedData(sets);
    }

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
        attempt(path, problems, () -> {
            UNet2DConfig teacher = PretrainedModels.check(record, RunModel.of(spec));
            if (!teacher.fits(network)) {
                throw new IOException("the model takes " + teacher.inputs() + ", the network " + network.inputs());
            }
        });
    }

    /** Whether they fit the evaluator's features only the evaluator can tell. */
    private static void referenceStatistics(String file, List<Problem> problems) {
        if (file != null) {
            attempt("evaluation.referenceStatistics", problems, () -> StatisticsFile.read(Path.of(file)));
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
        // The console, which checks, has no libtorch to choose with; what can be wrong is wrong in any precision.
        attempt("training", problems, () -> model.trainingSettings(spec, Precision.FP32, 1));
        RunSpec.Evaluation evaluation = spec.evaluation();
        attempt(
                "evaluation.samplerSteps",
                problems,
                () -> model.sampler(evaluation.sampler(), evaluation.samplerSteps()));
        return model.network();
    }

    private void check(String path, RunSpec.Data selection, UNet2DConfig network, List<Problem> problems) {
        if (selection == null) {
            return;
        }
        attempt(path, problems, () -> {
            ImageDataSet images = data.open(DataSelections.toAvro(selection));
            if (network != null
                    && (images.height() != network.height()
                            || images.width() != network.width()
                            || images.channels() != network.inChannels())) {
                throw new IOException("the images are " + images.channels() + "x" + images.height() + "x"
                        + images.width() + ", the network takes " + network.inChannels() + "x" + network.sampleSize());
            }
        });
    }

    private interface Attempt {
        void make() throws IOException;
    }

    /** Whatever an attempt fails by is a problem at {@code path}. */
    private static void attempt(String path, List<Problem> problems, Attempt attempt) {
        try {
            attempt.make();
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(path, e.getMessage()));
        }
    }
}
