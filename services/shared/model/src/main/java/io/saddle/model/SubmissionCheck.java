package io.saddle.model;

import io.saddle.dataset.Latents;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassMatch;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.evaluation.TorchScriptClassifier;
import io.saddle.diffusion.evaluation.TorchScriptFeatures;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.PinnedJudges;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.DataSelection;
import io.saddle.schema.PretrainedModel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** The check of a specification against the data and the network itself: before anything starts, all at once. */
@Singleton
public final class SubmissionCheck {

    private final ImageSets sets;
    private final DataRoots roots;

    /** Of specifications that name files alone, wherever they lie. */
    public SubmissionCheck() {
        this(ImageSets.withoutStore(), DataRoots.ANYWHERE);
    }

    @Inject
    public SubmissionCheck(ImageSets sets, DataRoots roots) {
        this.sets = sets;
        this.roots = roots;
    }

    /** Everything that is wrong, each with its path in the specification; empty if nothing is. */
    public List<Problem> check(RunSpec spec) {
        Check check = new Check(sets, roots, spec);
        List<Problem> inherited = check.data("data", spec.data(), List.of());
        for (int i = 0; i < spec.constraints().size(); i++) {
            check.constraint("constraints[" + i + "].", spec.constraints().get(i), inherited);
        }
        check.reference(inherited);
        check.judges(spec.evaluation());
        referenceStatistics(spec.evaluation().referenceStatistics(), check.problems);
        return check.problems;
    }

    /** The same of a constraint alone, for a run that was submitted before. */
    public List<Problem> check(RunSpec spec, RunSpec.Constraint constraint) {
        Check check = new Check(sets, roots, spec);
        check.constraint("", constraint, List.of());
        return check.problems;
    }

    /** One check. It leaves nothing behind, and opens no pixels: what is judged is labels, columns and shapes. */
    private static final class Check {

        private static final String REFERENCE = "evaluation.reference";

        private final ImageSets sets;
        private final DiffusersModels models;
        private final JudgeFiles judges;
        private final RunSpec spec;
        private final SelectedData data;
        private final List<Problem> problems = new ArrayList<>();
        /** Null if it is wrong itself. */
        private final UNet2DConfig network;

        Check(ImageSets sets, DataRoots roots, RunSpec spec) {
            this.sets = sets;
            models = new DiffusersModels(roots);
            judges = new JudgeFiles(roots);
            this.spec = spec;
            data = SelectedData.withoutPixels(sets);
            network = network(spec, problems);
        }

        void constraint(String prefix, RunSpec.Constraint constraint, List<Problem> inherited) {
            List<Problem> columns = data(prefix + "data", constraint.data(), inherited);
            if (constraint.evaluationData() != null
                    && !constraint.evaluationData().equals(constraint.data())) {
                data(prefix + "evaluationData", constraint.evaluationData(), columns);
            }
            if (constraint.kind().equals(ConstraintKinds.CLASS_FREQUENCY) && constraint.data() != null) {
                wantedClasses(prefix + "data", DataSelections.toAvro(constraint.data()));
            }
            if (constraint.model() != null && network != null) {
                teacher(prefix + "model", constraint.model());
            }
            judge(prefix + "parameters.", constraint);
        }

        void judges(RunSpec.Evaluation evaluation) {
            if (evaluation.classifier() != null) {
                classifier("evaluation.classifier", evaluation.classifier(), evaluation.reference());
            }
            for (int i = 0; i < evaluation.features().size(); i++) {
                features("evaluation.features[" + i + "]", evaluation.features().get(i));
            }
        }

        private void judge(String prefix, RunSpec.Constraint constraint) {
            RunSpec.Judge judge = PinnedJudges.of(constraint);
            if (judge == null) {
                return;
            }
            String path = prefix + PinnedJudges.PARAMETERS.get(constraint.kind());
            if (constraint.kind().equals(ConstraintKinds.CLASS_FREQUENCY)) {
                classifier(path, judge, constraint.data());
            } else {
                features(path, judge);
            }
        }

        private void features(String path, RunSpec.Judge judge) {
            attempt(path, problems, () -> TorchScriptFeatures.check(judges.unchanged(judge)));
        }

        /** @param wanted data of the classes that are meant */
        private void classifier(String path, RunSpec.Judge judge, RunSpec.Data wanted) {
            attempt(path, problems, () -> {
                TorchScriptFile file = judges.unchanged(judge);
                List<String> classes = TorchScriptClassifier.classes(file);
                if (!classes.isEmpty()) {
                    ClassMatch.labels(file.name(), classes, ClassMatch.names(whole(wanted)));
                }
            });
        }

        /** Without an image, and so without classes, where the data itself has been said to be wrong. */
        private ImageDataSet whole(RunSpec.Data wanted) {
            try {
                return data.whole(DataSelections.toAvro(wanted));
            } catch (IOException | IllegalArgumentException e) {
                return ImageDataSet.withoutPixels(new int[0], Map.of(), 1, 1, 1);
            }
        }

        /**
         * @param inherited what is wrong with the columns that the data inherits its condition from, which is not said again
         * @return what is wrong with its own columns
         */
        List<Problem> data(String path, RunSpec.Data wanted, List<Problem> inherited) {
            if (wanted == null) {
                return List.of();
            }
            List<Problem> columns = new ArrayList<>();
            attempt(path, problems, () -> {
                DataSelection selection = DataSelections.toAvro(wanted);
                columns.addAll(sets.problems(selection));
                if (columns.isEmpty()) {
                    ImageDataSet images = data.open(selection);
                    requireSize(images);
                    requireClasses(images);
                    latents(path, wanted);
                }
            });
            problems.addAll(Problem.under(path, Problem.without(inherited, columns)));
            return columns;
        }

        /** What is judged is images, whatever the run trains on. */
        void reference(List<Problem> inherited) {
            Optional<Latents> latents;
            try {
                latents = sets.latents(spec.data().images());
            } catch (IOException | IllegalArgumentException e) {
                // The run's data has been said to be wrong.
                return;
            }
            if (latents.isEmpty()) {
                data(REFERENCE, spec.evaluation().reference(), inherited);
                return;
            }
            attempt(REFERENCE, problems, () -> {
                DataSelection selection =
                        sets.pictures(DataSelections.toAvro(spec.evaluation().reference()));
                List<Problem> columns = sets.problems(selection);
                problems.addAll(Problem.under(REFERENCE, Problem.without(inherited, columns)));
                if (columns.isEmpty()) {
                    requireDecoded(data.open(selection), latents.get());
                }
            });
        }

        private void requireDecoded(ImageDataSet images, Latents latents) throws IOException {
            if (network == null) {
                return;
            }
            int height = network.height() * latents.reduction();
            int width = network.width() * latents.reduction();
            if (images.channels() != latents.imageChannels() || images.height() != height || images.width() != width) {
                throw new IOException("the images are " + shape(images) + ", what the run's latents decode to is "
                        + latents.imageChannels() + "x" + height + "x" + width);
            }
        }

        /** Numbers of one autoencoder say nothing to another one, though their shape may be the same. */
        private void latents(String path, RunSpec.Data wanted) throws IOException {
            Optional<Latents> latents = sets.latents(wanted.images());
            Optional<Latents> runs = sets.latents(spec.data().images());
            if (!latents.map(Latents::files).equals(runs.map(Latents::files))) {
                throw new IOException(wanted.images() + " holds " + kind(latents) + ", the run's data " + kind(runs)
                        + ": encode both with the same autoencoder");
            }
            if (wanted.latents() != latents.isPresent()) {
                problems.add(
                        new Problem(path + ".latents", "is filled in by itself: the data set holds " + kind(latents)));
            }
            if (latents.isPresent()) {
                sets.pictures(wanted);
            }
            if (latents.isPresent()
                    && wanted.augment() != null
                    && wanted.augment().horizontalFlip() > 0) {
                problems.add(
                        new Problem(
                                path + ".augment.horizontalFlip",
                                "is for images: mirrored latents are not the latents of mirrored images; encode mirrored images too"));
            }
            if (wanted.latentMeans() && !latents.map(Latents::drawn).orElse(false)) {
                problems.add(new Problem(
                        path + ".latentMeans",
                        "is for latents with distributions; this data has none to take means of"));
            }
        }

        private static String kind(Optional<Latents> latents) {
            return latents.map(of -> "latents by " + of.autoencoder() + " " + of.files())
                    .orElse("images");
        }

        private static String shape(ImageDataSet images) {
            return images.channels() + "x" + images.height() + "x" + images.width();
        }

        private void requireSize(ImageDataSet images) throws IOException {
            if (network != null
                    && (images.height() != network.height()
                            || images.width() != network.width()
                            || images.channels() != network.inChannels())) {
                throw new IOException("the images are " + shape(images) + ", the network takes " + network.inChannels()
                        + "x" + network.sampleSize());
            }
        }

        /** A label is one class to the network, whatever column it was taken from. */
        private void requireTheRunsNames(ImageDataSet images, Set<Integer> labels) throws IOException {
            ImageDataSet objective = data.open(DataSelections.toAvro(spec.data()));
            for (int label : labels) {
                if (!images.className(label).equals(objective.className(label))) {
                    throw new IOException("class " + label + " is " + images.className(label) + " here and "
                            + objective.className(label) + " in the run's data: the network is told the label alone");
                }
            }
        }

        /** A network that is told classes has an embedding for each, and one more for "no class". */
        private void requireClasses(ImageDataSet images) throws IOException {
            if (network == null || !network.classConditional()) {
                return;
            }
            SortedMap<Integer, Integer> classes = images.classCounts();
            requireTheRunsNames(images, classes.keySet());
            if (classes.isEmpty()) {
                throw new IOException("the network is told classes (model.unet.num_class_embeds), the data has none;"
                        + " name a column (class)");
            }
            if (classes.lastKey() >= network.nullClass()) {
                throw new IOException("the largest label is " + classes.lastKey() + " ("
                        + images.className(classes.lastKey()) + "): model.unet.num_class_embeds must be at least "
                        + (classes.lastKey() + 2)
                        + ", one embedding for each label from 0 on and one for no class, was "
                        + network.numClassEmbeds());
            }
        }

        /** A teacher answers for the same images, in the same terms. */
        private void teacher(String path, RunSpec.InitialModel model) {
            PretrainedModel record = new PretrainedModel(model.folder(), model.sha256());
            attempt(path, problems, () -> {
                UNet2DConfig teacher =
                        models.compared(record, RunModel.of(spec)).network();
                if (!teacher.fits(network)) {
                    throw new IOException("the model takes " + teacher.inputs() + ", the network " + network.inputs());
                }
            });
        }

        /** A share is meant of some classes, not of none and not of all. */
        private void wantedClasses(String path, DataSelection selection) {
            try {
                Set<Integer> wanted = data.classes(selection);
                if (wanted.isEmpty()) {
                    problems.add(new Problem(
                            path + ".class", "class-frequency needs classes, the data has none; name a column"));
                } else if (wanted.equals(data.whole(selection).classCounts().keySet())) {
                    problems.add(new Problem(
                            path,
                            "class-frequency is about a share of the images, this data has all classes there are"));
                }
            } catch (IOException | IllegalArgumentException e) {
                // The data itself has been said to be wrong.
                return;
            }
        }
    }

    /** Whether they fit the evaluator's features only the evaluator can tell. */
    private void referenceStatistics(String file, List<Problem> problems) {
        if (file != null) {
            attempt("evaluation.referenceStatistics", problems, () -> StatisticsFile.read(roots.path(file)));
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
                () -> model.sampler(evaluation.sampler(), evaluation.samplerSpacing(), evaluation.samplerSteps()));
        return model.network();
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
