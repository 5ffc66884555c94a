package io.saddle.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.CommandException;
import io.saddle.cli.ExitCode;
import io.saddle.experiment.Trainings.Trained;
import io.saddle.local.LocalSettings;
import io.saddle.report.Versions;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** What a requirement costs: the same run for several thresholds, or costs of relaxation, from one common start. */
public final class FrontierExperiment {

    /**
     * What is swept.
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
        boolean example = options.specification() == null;
        ObjectNode base =
                Trainings.read(example ? examples.resolve(FinetuneExperiment.FINETUNE) : options.specification());
        ObjectNode constraint = constraint(base);
        base.withObject("/evaluation").put("every", 0).put("finalImages", options.images());
        if (options.steps() != null) {
            base.withObject("/training").put("steps", options.steps());
        }
        List<FrontierResult.Point> points = new ArrayList<>();
        try (Trainings trainings = new Trainings(settings, clock)) {
            if (options.start() != null) {
                base.put("initialModel", options.start().toAbsolutePath().toString());
            } else if (example) {
                base.put("initialModel", pretrained(trainings).toString());
            }
            for (double value : options.values()) {
                constraint.put(options.setting(), value);
                say.accept(constraint.path("id").asText() + ": " + options.setting() + " " + value);
                points.add(point(trainings, trainings.trainAndJudge("frontier-" + points.size(), base), value));
            }
        }
        FrontierResult result = new FrontierResult(
                clock.instant(),
                Versions.all(),
                constraint.path("id").asText(),
                options.setting(),
                base.path("initialModel").asText(null),
                points);
        Path report = new FrontierReport(out).write(result);
        say.accept("");
        say.accept(FrontierReport.table(result));
        say.accept("report:  " + report.toAbsolutePath());
        say.accept("numbers: " + out.resolve("result.json").toAbsolutePath());
    }

    private ObjectNode constraint(ObjectNode base) {
        List<String> ids = new ArrayList<>();
        for (JsonNode candidate : base.path("constraints")) {
            String id = candidate.path("id").asText();
            if (options.constraint() == null || id.equals(options.constraint())) {
                return (ObjectNode) candidate;
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
        String id = options.constraint() != null
                ? options.constraint()
                : trained.spec().constraints().get(0).id();
        List<MultiplierUpdate> updates = trained.history().multipliers();
        List<ConstraintMultiplier> rows = updates.subList(updates.size() * 9 / 10, updates.size()).stream()
                .flatMap(update -> update.getConstraints().stream())
                .filter(row -> row.getConstraintId().equals(id) && row.getLoss() != null)
                .toList();
        if (rows.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    String.format(
                            Locale.ROOT,
                            "run '%s' made no dual step in its last tenth: give it more --steps",
                            trained.spec().name()));
        }
        return new FrontierResult.Point(
                trained.spec().name(),
                trainings.json(trained),
                value,
                ModelLoss.onData(trainings.finalModel(trained), trained.spec().data()),
                mean(rows, ConstraintMultiplier::getLoss),
                mean(rows, row -> row.getThreshold() + row.getRelaxation()),
                mean(rows, ConstraintMultiplier::getAfter),
                trained.score().getFid(),
                trained.score().getImages());
    }

    private static double mean(List<ConstraintMultiplier> rows, ToDoubleFunction<ConstraintMultiplier> figure) {
        return rows.stream().mapToDouble(figure).average().orElseThrow();
    }
}
