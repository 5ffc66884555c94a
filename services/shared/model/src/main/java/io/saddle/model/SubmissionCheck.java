package io.saddle.model;

import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.files.DiffusersFolder;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.PretrainedModel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;

/** The check of a specification against the data and the network itself: before anything starts, all at once. */
@Singleton
public final class SubmissionCheck {

    private final ImageSets sets;
    private final DataRoots roots;
    private final DiffusersModels models;

    /** Of specifications that name files alone, wherever they lie. */
    public SubmissionCheck() {
        this(ImageSets.withoutStore(), DataRoots.ANYWHERE, DiffusersModels.anywhere());
    }

    @Inject
    public SubmissionCheck(ImageSets sets, DataRoots roots, DiffusersModels models) {
        this.sets = sets;
        this.roots = roots;
        this.models = models;
    }

    /** Everything that is wrong, each with its path in the specification; empty if nothing is. */
    public List<Problem> check(RunSpec spec) {
        return new Check(sets, roots, models, spec, true).all();
    }

    /** The same of a specification whose network will be that of a model which is not there yet: of its data alone. */
    public List<Problem> checkWithoutModel(RunSpec spec) {
        return new Check(sets, roots, models, spec, false).all();
    }

    /** The same of a constraint alone, for a run that was submitted before. */
    public List<Problem> check(RunSpec spec, RunSpec.Constraint constraint) {
        Check check = new Check(sets, roots, models, spec, true);
        check.constraint("", constraint, List.of());
        return check.findings.problems();
    }

    /** One check, which leaves nothing behind. */
    private static final class Check {
        private final RunSpec spec;
        private final DataRoots roots;
        private final DiffusersModels models;
        private final Findings findings = new Findings();
        /** Null if it is wrong itself, or not known yet. */
        private final UNet2DConfig network;

        private final DataCheck data;
        private final LatentsCheck latents;
        private final JudgeCheck judges;

        Check(ImageSets sets, DataRoots roots, DiffusersModels models, RunSpec spec, boolean knowsModel) {
            this.spec = spec;
            this.roots = roots;
            this.models = models;
            network = knowsModel ? network() : null;
            SelectedData selected = SelectedData.withoutPixels(sets);
            data = new DataCheck(sets, selected, spec, network, findings);
            latents = new LatentsCheck(sets, spec);
            judges = new JudgeCheck(new JudgeFiles(roots), selected, findings);
        }

        List<Problem> all() {
            List<Problem> inherited = data.trained("data", spec.data(), List.of());
            RunSpec.InitialModel start = spec.initialModel();
            if (start != null) {
                findings.attempt("initialModel", () -> latents.require(start.folder(), models.settings(start)));
            }
            for (int i = 0; i < spec.constraints().size(); i++) {
                constraint("constraints[" + i + "].", spec.constraints().get(i), inherited);
            }
            RunSpec.Evaluation evaluation = spec.evaluation();
            data.reference("evaluation.reference", evaluation.reference(), inherited);
            judges.evaluation(evaluation);
            if (evaluation.referenceStatistics() == null) {
                data.compared("evaluation.reference", evaluation.reference());
            } else {
                // Whether they fit the evaluator's features only the evaluator can tell.
                findings.attempt(
                        "evaluation.referenceStatistics",
                        () -> StatisticsFile.read(
                                roots.path(evaluation.referenceStatistics().file())));
            }
            return findings.problems();
        }

        void constraint(String prefix, RunSpec.Constraint constraint, List<Problem> inherited) {
            List<Problem> columns = data.trained(prefix + "data", constraint.data(), inherited);
            if (constraint.evaluationData() != null
                    && !constraint.evaluationData().equals(constraint.data())) {
                data.trained(prefix + "evaluationData", constraint.evaluationData(), columns);
            }
            if (constraint.kind().equals(ConstraintKinds.CLASS_FREQUENCY) && constraint.data() != null) {
                data.share(prefix + "data", constraint.data());
            }
            if (constraint.kind().equals(ConstraintKinds.FEATURE_MEAN)) {
                compared(prefix, constraint);
            }
            if (constraint.model() != null && network != null) {
                teacher(prefix + "model", constraint.model());
            }
            judges.constraint(prefix, constraint, spec.evaluation());
        }

        private void compared(String prefix, RunSpec.Constraint constraint) {
            if (constraint.evaluationData() != null) {
                data.compared(prefix + "evaluationData", constraint.evaluationData());
            } else if (constraint.data() != null) {
                data.compared(prefix + "data", constraint.data());
            }
        }

        private UNet2DConfig network() {
            RunModel model;
            try {
                model = RunModel.of(spec);
                UNet2D.layout(model.network());
            } catch (IllegalArgumentException e) {
                findings.add("model", e.getMessage());
                return null;
            } catch (ArithmeticException e) {
                findings.add(
                        "model",
                        "the network has more than 2^31 weights, which no vector holds: take fewer channels"
                                + " (block_out_channels) or layers (layers_per_block)");
                return null;
            }
            // The console, which checks, has no libtorch to choose with; what can be wrong is wrong in any precision.
            findings.attempt("training", () -> model.trainingSettings(spec, Precision.FP32, 1));
            RunSpec.Evaluation evaluation = spec.evaluation();
            findings.attempt(
                    "evaluation.samplerSteps",
                    () -> model.sampler(evaluation.sampler(), evaluation.samplerSpacing(), evaluation.samplerSteps()));
            return model.network();
        }

        /** A teacher answers for the same images, in the same terms. */
        private void teacher(String path, RunSpec.InitialModel model) {
            PretrainedModel record = new PretrainedModel(model.folder(), model.sha256());
            findings.attempt(path, () -> {
                RunModel run = RunModel.of(spec);
                DiffusersFolder folder = models.compared(record, run);
                DiffusersModels.requireSameNoise(folder, run);
                latents.require(model.folder(), folder);
                UNet2DConfig teacher = folder.network();
                if (!teacher.fits(network)) {
                    throw new IOException("the model takes " + teacher.inputs() + ", the network " + network.inputs());
                }
            });
        }
    }
}
