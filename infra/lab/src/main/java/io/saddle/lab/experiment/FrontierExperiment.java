package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.experiment.Trainings.Trained;
import io.saddle.lab.report.Versions;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.RunSpec;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The cost of a requirement: the same run for several thresholds, or costs of relaxation, from one common start. */
public final class FrontierExperiment {

    /**
     * The quantity that is swept.
     *
     * @param specification of the run; null: the fine-tuning example
     * @param constraint null: its first
     * @param setting threshold or resilience
     * @param values of the setting
     * @param start a diffusers folder; null: a model without 9 that is trained first where the example is taken, else what
     *     the specification says
     * @param steps primal steps of each run; null: as in the specification
     * @param images samples of each finished model
     */
    public record Options(
            Path specification,
            String constraint,
            String setting,
            List<Double> values,
            Path start,
            Long steps,
            int images) {}

    private final LocalSettings settings;
    private final Path examples;
    private final Options options;
    private final Consumer<String> say;
    private final Clock clock = Clock.systemUTC();

    /**
     * @param settings of the stack, which runs
     * @param examples folder of the example specifications
     * @param say takes lines for a person
     */
    public FrontierExperiment(LocalSettings settings, Path examples, Options options, Consumer<String> say) {
        this.settings = settings;
        this.examples = examples;
        this.options = options;
        this.say = say;
    }

    /**
     * Runs it, one training after the other; takes minutes.
     *
     * @param out folder of the report
     * @throws CommandException if there is no such constraint, a run is refused or fails, or nothing is heard of it
     */
    public void run(Path out) throws IOException, InterruptedException {
        ObjectNode base = specification(examples, options);
        ObjectNode constraint = constraint(base, options);
        List<FrontierResult.Point> points = new ArrayList<>();
        FrontierReport report = new FrontierReport(out);
        FrontierResult result = null;
        try (Trainings trainings = new Trainings(settings, clock)) {
            if (options.start() == null && options.specification() == null) {
                base.put("initialModel", pretrained(trainings).toString());
            }
            for (double value : options.values()) {
                constraint.put(options.setting(), value);
                trainings.check("frontier", base);
            }
            for (double value : options.values()) {
                constraint.put(options.setting(), value);
                say.accept(constraint.path("id").asText() + ": " + options.setting() + " " + value);
                points.add(point(trainings, trainings.trainAndJudge("frontier-" + points.size(), base), value));
                result = new FrontierResult(
                        clock.instant(),
                        Versions.all(),
                        constraint.path("id").asText(),
                        options.setting(),
                        base.path("initialModel").asText(null),
                        points);
                // After each point: should a later one fail, those before it are kept.
                report.write(result);
            }
        }
        say.accept("");
        say.accept(FrontierReport.table(result));
        say.accept("report:  " + out.resolve("report.html").toAbsolutePath());
        say.accept("numbers: " + out.resolve("result.json").toAbsolutePath());
    }

    /**
     * The run that is varied, as far as it is known before the start is trained.
     *
     * @throws CommandException if the file has none, or not such a constraint
     */
    public static ObjectNode specification(Path examples, Options options) {
        Path file = options.specification() == null
                ? examples.resolve(FinetuneExperiment.FINETUNE)
                : options.specification();
        ObjectNode base = Trainings.read(file);
        constraint(base, options);
        base.withObject("/evaluation").put("every", 0).put("finalImages", options.images());
        if (options.steps() != null) {
            base.withObject("/training").put("steps", options.steps());
        }
        if (options.start() != null) {
            base.put("initialModel", options.start().toAbsolutePath().toString());
        }
        return base;
    }

    private static ObjectNode constraint(ObjectNode base, Options options) {
        List<String> ids = new ArrayList<>();
        for (JsonNode candidate : base.path("constraints")) {
            String id = candidate.path("id").asText();
            if (candidate instanceof ObjectNode constraint
                    && (options.constraint() == null || id.equals(options.constraint()))) {
                return constraint;
            }
            ids.add(id);
        }
        throw new CommandException(
                ExitCode.INVALID_INPUT,
                options.constraint() == null
                        ? "the specification has no constraints: there is nothing to trade"
                        : "no constraint '" + options.constraint() + "'; there are " + String.join(", ", ids));
    }

    private Path pretrained(Trainings trainings) throws IOException, InterruptedException {
        say.accept("first the common start, a model without 9; --start FOLDER takes another");
        ObjectNode pretraining = Trainings.read(examples.resolve(FinetuneExperiment.PRETRAIN));
        pretraining.withObject("/evaluation").put("every", 0).put("finalImages", options.images());
        return trainings.finalModel(trainings.train("frontier-start", pretraining));
    }

    private FrontierResult.Point point(Trainings trainings, Trained trained, double value) throws IOException {
        RunSpec.Constraint constraint = trained.spec().constraints().stream()
                .filter(candidate ->
                        options.constraint() == null || candidate.id().equals(options.constraint()))
                .findFirst()
                .orElseThrow();
        LastDualSteps last = LastDualSteps.of(trained.history().multipliers(), constraint.id())
                .orElseThrow(() -> new CommandException(
                        ExitCode.FAILED,
                        "run '" + trained.spec().name()
                                + "' made no dual step in its last tenth: give it more --steps"));
        Path model = trainings.finalModel(trained);
        return new FrontierResult.Point(
                trained.spec().name(),
                trainings.json(trained),
                value,
                ModelLoss.onData(model, trained.spec().data()),
                constraintLoss(model, constraint, last),
                last,
                trained.score().getFid(),
                trained.score().getImages());
    }

    /** On the weights that the objective's loss is measured on, where that can be done here. */
    private static LossEstimateResult constraintLoss(Path model, RunSpec.Constraint constraint, LastDualSteps last)
            throws IOException {
        return switch (constraint.kind()) {
            case ConstraintKinds.DISTILLATION ->
                ModelLoss.toTeacher(model, Path.of(constraint.model().folder()));
            case ConstraintKinds.DENOISING_LOSS, ConstraintKinds.MINIBATCH_LOSS ->
                ModelLoss.onData(
                        model, constraint.evaluationData() != null ? constraint.evaluationData() : constraint.data());
            default -> new LossEstimateResult(last.loss(), 0, 1);
        };
    }
}
