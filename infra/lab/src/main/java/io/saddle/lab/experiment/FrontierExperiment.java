package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.experiment.Trainings.Trained;
import io.saddle.lab.judging.LastDualSteps;
import io.saddle.lab.judging.ModelLoss;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.ReportCommand;
import io.saddle.lab.report.Shortening;
import io.saddle.lab.report.Versions;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.RunSpec;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The cost of a requirement: the same run for several thresholds, or costs of relaxation, from one common start. */
@Command(
        name = "frontier",
        description = {
            "Trains the same run for several thresholds (or costs of relaxation) of one constraint, from one common start, and"
                    + " draws the objective's loss against the constraint's: what the requirement costs. Each finished model is"
                    + " judged by 500 samples."
        },
        footer = {
            "  ./saddle experiment frontier",
            "  ./saddle experiment frontier --start my-model --threshold 0.0002,0.001,0.005",
            "  ./saddle experiment frontier --spec infra/examples/mnist-minority.yaml --constraint digit-4 --resilience 0.1,0.3,1"
        })
final class FrontierExperiment extends ReportCommand {

    private static final List<Double> THRESHOLDS = List.of(0.0001, 0.0003, 0.001, 0.003);
    private static final int LEAST_VALUES = 2;
    private static final int IMAGES = 500;

    /** The quantity that is swept. */
    private static final class Swept {
        @Option(
                names = "--threshold",
                split = ",",
                paramLabel = "B",
                description = "Thresholds (default: 0.0001,0.0003,0.001,0.003).")
        private List<Double> threshold;

        @Option(names = "--resilience", split = ",", paramLabel = "GAMMA", description = "Costs of relaxation.")
        private List<Double> resilience;
    }

    @ArgGroup(exclusive = true)
    private Swept swept;

    @Option(
            names = "--spec",
            paramLabel = "FILE.yaml",
            description = "The run's specification (default: the fine-tuning example).")
    private Path specification;

    @Option(names = "--constraint", paramLabel = "ID", description = "Whose setting is swept (default: the first).")
    private String constraint;

    @Option(
            names = "--start",
            paramLabel = "FOLDER",
            description =
                    "A diffusers folder to start from (default: for the example a model that is trained first, else what"
                            + " the specification says).")
    private Path start;

    @Mixin
    private Shortening shortening;

    FrontierExperiment() {
        super("experiments/frontier");
    }

    @Override
    protected void check() {
        String option = "--" + setting();
        if (values().size() < LEAST_VALUES) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    option + " needs at least two values, separated by commas, to draw a curve");
        }
        for (double value : values()) {
            if (!(value >= 0) || !Double.isFinite(value) || (relaxed() && value == 0)) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT,
                        option + ": must be a number " + (relaxed() ? "> 0" : ">= 0") + ", was " + value);
            }
        }
        Trainings.requireDualStep(
                "frontier", specification(Distribution.locate().examples()).put("name", "frontier"));
    }

    private boolean relaxed() {
        return swept != null && swept.resilience != null;
    }

    private String setting() {
        return relaxed() ? "resilience" : "threshold";
    }

    private List<Double> values() {
        return relaxed() ? swept.resilience : swept == null ? THRESHOLDS : swept.threshold;
    }

    /** Runs it, one training after the other; takes minutes. */
    @Override
    protected boolean run(OwnRuns runs, LocalSettings settings, Path examples, Path out)
            throws IOException, InterruptedException {
        ObjectNode base = specification(examples);
        ObjectNode varied = constraint(base);
        List<FrontierResult.Point> points = new ArrayList<>();
        FrontierResult result = null;
        try (Trainings trainings = new Trainings(settings, runs)) {
            if (start == null && specification == null) {
                base.put("initialModel", pretrained(trainings, examples).toString());
            }
            for (double value : values()) {
                varied.put(setting(), value);
                trainings.check("frontier", base);
            }
            for (double value : values()) {
                varied.put(setting(), value);
                say(varied.path("id").asText() + ": " + setting() + " " + value);
                points.add(point(trainings, trainings.trainAndJudge("frontier-" + points.size(), base), value));
                result = new FrontierResult(
                        Instant.now(),
                        Versions.all(),
                        varied.path("id").asText(),
                        setting(),
                        base.path("initialModel").asText(null),
                        points);
                // After each point: should a later one fail, those before it are kept.
                FrontierReport.write(out, result);
            }
        }
        conclude(FrontierReport.table(result), out.resolve("report.html"));
        return true;
    }

    /**
     * The run that is varied, as far as it is known before the start is trained.
     *
     * @throws CommandException if the file has none, or not such a constraint
     */
    private ObjectNode specification(Path examples) {
        Path file = specification == null ? examples.resolve(FinetuneExperiment.FINETUNE) : specification;
        ObjectNode base = Trainings.read(file);
        constraint(base);
        judgeAtTheEnd(base);
        shortening.putSteps(base);
        if (start != null) {
            base.put("initialModel", start.toAbsolutePath().toString());
        }
        return base;
    }

    private void judgeAtTheEnd(ObjectNode spec) {
        spec.withObject("/evaluation").put("every", 0).put("finalImages", IMAGES);
        shortening.putImages(spec);
    }

    private ObjectNode constraint(ObjectNode base) {
        List<String> ids = new ArrayList<>();
        for (JsonNode candidate : base.path("constraints")) {
            String id = candidate.path("id").asText();
            if (candidate instanceof ObjectNode found && (constraint == null || id.equals(constraint))) {
                return found;
            }
            ids.add(id);
        }
        throw new CommandException(
                ExitCode.INVALID_INPUT,
                constraint == null
                        ? "the specification has no constraints: there is nothing to trade"
                        : "no constraint '" + constraint + "'; there are " + String.join(", ", ids));
    }

    private Path pretrained(Trainings trainings, Path examples) throws IOException, InterruptedException {
        say("first the common start, a model without 9; --start FOLDER takes another");
        ObjectNode pretraining = Trainings.read(examples.resolve(FinetuneExperiment.PRETRAIN));
        judgeAtTheEnd(pretraining);
        return trainings.finalModel(trainings.train("frontier-start", pretraining));
    }

    private FrontierResult.Point point(Trainings trainings, Trained trained, double value) throws IOException {
        RunSpec.Constraint varied = trained.spec().constraints().stream()
                .filter(candidate -> constraint == null || candidate.id().equals(constraint))
                .findFirst()
                .orElseThrow();
        LastDualSteps last = LastDualSteps.of(trained.history().multipliers(), varied.id())
                .orElseThrow(() -> new CommandException(
                        ExitCode.FAILED,
                        "run '" + trained.spec().name()
                                + "' made no dual step in its last tenth: give it more --steps"));
        Path model = trainings.finalModel(trained);
        return new FrontierResult.Point(
                trained.spec().name(),
                trainings.json(trained),
                value,
                ModelLoss.onData(model, trainings.data(), trained.spec().data()),
                constraintLoss(model, trainings.data(), varied, last),
                last,
                trained.score().getFid(),
                trained.score().getImages());
    }

    /** On the weights that the objective's loss is measured on, where that can be done here. */
    private static LossEstimateResult constraintLoss(
            Path model, SelectedData data, RunSpec.Constraint constraint, LastDualSteps last) throws IOException {
        return switch (constraint.kind()) {
            case ConstraintKinds.DISTILLATION ->
                ModelLoss.toTeacher(model, Path.of(constraint.model().folder()));
            case ConstraintKinds.DENOISING_LOSS, ConstraintKinds.MINIBATCH_LOSS ->
                ModelLoss.onData(
                        model,
                        data,
                        constraint.evaluationData() != null ? constraint.evaluationData() : constraint.data());
            default -> new LossEstimateResult(last.loss(), 0, 1);
        };
    }
}
