package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Statistics;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.RunHistory;
import io.saddle.lab.report.Versions;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Alert;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SourceSummary;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The question whether batches drawn from the mixture lead to the multipliers that the weighted sum of all sources' batches leads to: the
 * minority example, in LOCKSTEP, in both modes, on the same data with the same constraints, for several seeds.
 */
public final class BatchingExperiment {

    /**
     * The choices of a user.
     *
     * @param steps primal steps of each run
     * @param seeds number of seeds, each with one run in either mode
     */
    public record Options(long steps, int seeds) {}

    private static final String EXAMPLE = "mnist-minority.yaml";

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
    public BatchingExperiment(LocalSettings settings, Path examples, Options options, Consumer<String> say) {
        this.settings = settings;
        this.examples = examples;
        this.options = options;
        this.say = say;
    }

    /**
     * Runs it, one training after the other; takes minutes.
     *
     * @param out folder of the report
     * @return whether both modes reached the same multipliers
     * @throws io.saddle.cli.terminal.CommandException if a run fails or nothing is heard of it
     */
    public boolean run(Path out) throws IOException, InterruptedException {
        List<BatchingResult.Run> runs = new ArrayList<>();
        List<Long> seeds = new ArrayList<>();
        try (Trainings trainings = new Trainings(settings, clock)) {
            for (long seed = 1; seed <= options.seeds(); seed++) {
                seeds.add(seed);
                for (String batching : List.of("mixture", "weighted-sum")) {
                    Trainings.Trained trained =
                            trainings.train(batching + "-seed-" + seed, specification(batching, seed));
                    runs.add(evaluate(trainings.json(trained), trained));
                }
            }
        }
        BatchingComparison comparison = new BatchingComparison(runs);
        BatchingResult result = new BatchingResult(
                clock.instant(),
                Versions.all(),
                options.steps(),
                seeds,
                runs,
                comparison.multipliers(),
                comparison.losses(),
                comparison.cost());
        Path report = new BatchingReport(out).write(result);
        say.accept("");
        say.accept(BatchingReport.table(result));
        say.accept("report:  " + report.toAbsolutePath());
        say.accept("numbers: " + out.resolve("result.json").toAbsolutePath());
        return result.agree();
    }

    /** The example, shortened, with nothing judged in between: its multipliers are what this is about. */
    private ObjectNode specification(String batching, long seed) throws IOException {
        ObjectNode spec = Trainings.read(examples.resolve(EXAMPLE));
        spec.put("description", "Experiment: do both batching modes reach the same multipliers?");
        spec.put("seed", seed);
        spec.withObject("/training")
                .put("steps", options.steps())
                .put("warmupSteps", Math.min(100, options.steps() / 10))
                .put("batching", batching);
        spec.withObject("/dual").put("mode", "LOCKSTEP");
        spec.withObject("/evaluation").put("every", 0).put("finalImages", 2).put("gridImages", 0);
        return spec;
    }

    private static BatchingResult.Run evaluate(JsonNode json, Trainings.Trained trained) {
        RunSpec spec = trained.spec();
        RunHistory history = trained.history();
        List<MultiplierUpdate> updates = history.multipliers();
        MultiplierUpdate last = updates.get(updates.size() - 1);
        Map<String, Double> multipliers = new TreeMap<>();
        Map<String, Double> losses = new TreeMap<>();
        for (ConstraintMultiplier row : last.getConstraints()) {
            multipliers.put(row.getConstraintId(), row.getAfter());
            losses.put(row.getConstraintId(), row.getLoss());
        }
        List<GradientSummary> summaries = history.summaries();
        double[] millis =
                summaries.stream().mapToDouble(GradientSummary::getStepMillis).toArray();
        return new BatchingResult.Run(
                spec.name(),
                spec.training().batching(),
                spec.seed(),
                json,
                multipliers,
                losses,
                objectiveLoss(summaries.subList(summaries.size() * 9 / 10, summaries.size())),
                summaries.stream()
                        .mapToDouble(BatchingExperiment::rows)
                        .average()
                        .orElseThrow(),
                Statistics.of(millis).median(),
                summaries.stream().mapToDouble(GradientSummary::getStepMillis).sum() / 1e3,
                history.alerts().stream().map(Alert::getMessage).toList(),
                Curves.of(history));
    }

    private static double rows(GradientSummary summary) {
        return summary.getSources().stream().mapToInt(SourceSummary::getRows).sum();
    }

    private static double objectiveLoss(List<GradientSummary> summaries) {
        double sum = 0;
        long rows = 0;
        for (GradientSummary summary : summaries) {
            SourceSummary objective = summary.getSources().get(0);
            if (objective.getRows() > 0) {
                sum += objective.getRows() * objective.getLoss();
                rows += objective.getRows();
            }
        }
        return sum / rows;
    }
}
