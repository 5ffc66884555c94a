package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Statistics;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.ReportCommand;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The question whether batches drawn from the mixture lead to the multipliers that the weighted sum of all sources' batches leads to: the
 * minority example, in LOCKSTEP, in both modes, on the same data with the same constraints, for several seeds.
 */
@Command(
        name = "batching",
        description = {
            "Trains the minority example with mixture and with weighted-sum batching, on the same data with the same"
                    + " constraints, and shows whether both reach the same multipliers, beside the spread between seeds."
                    + " Weighted-sum computes a batch of every source: with three constraints its steps take about four"
                    + " times as long. Exit code 1 if the multipliers differ."
        },
        footer = {"  ./saddle experiment batching", "  ./saddle experiment batching --steps 1600 --seeds 3 --out report"
        })
final class BatchingExperiment extends ReportCommand {

    private static final String EXAMPLE = "mnist-minority.yaml";

    /** Two dual steps of the example, the least that there are multipliers with. */
    private static final long LEAST_STEPS = 60;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "Primal steps of each run, at least 60 (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Seeds, each with one run in either mode (default: ${DEFAULT-VALUE}).")
    private int seeds;

    BatchingExperiment() {
        // Nothing is judged here.
        super("experiments/batching", "fid-evaluator");
    }

    @Override
    protected void check() {
        atLeast("--steps", steps, LEAST_STEPS);
        atLeast("--seeds", seeds, 1);
    }

    /** Runs it, one training after the other; takes minutes. */
    @Override
    protected boolean run(LocalSettings settings, Path examples, Path out) throws IOException, InterruptedException {
        List<BatchingResult.Run> runs = new ArrayList<>();
        try (Trainings trainings = new Trainings(settings)) {
            for (long seed = 1; seed <= seeds; seed++) {
                for (String batching : List.of("mixture", "weighted-sum")) {
                    Trainings.Trained trained =
                            trainings.train(batching + "-seed-" + seed, specification(examples, batching, seed));
                    runs.add(evaluate(trainings.json(trained), trained));
                }
            }
        }
        BatchingComparison comparison = new BatchingComparison(runs);
        BatchingResult result = new BatchingResult(
                Instant.now(),
                Versions.all(),
                steps,
                LongStream.rangeClosed(1, seeds).boxed().toList(),
                runs,
                comparison.multipliers(),
                comparison.losses(),
                comparison.cost());
        conclude(BatchingReport.table(result), BatchingReport.write(out, result));
        return result.agree();
    }

    /** The example, shortened, with nothing judged in between: its multipliers are what this is about. */
    private ObjectNode specification(Path examples, String batching, long seed) throws IOException {
        ObjectNode spec = Trainings.read(examples.resolve(EXAMPLE));
        spec.put("description", "Experiment: do both batching modes reach the same multipliers?");
        spec.put("seed", seed);
        spec.withObject("/training")
                .put("steps", steps)
                .put("warmupSteps", Math.min(100, steps / 10))
                .put("batching", batching);
        spec.withObject("/dual").put("mode", "LOCKSTEP");
        spec.withObject("/evaluation").put("every", 0).put("finalImages", 2).put("gridImages", 0);
        return spec;
    }

    private static BatchingResult.Run evaluate(JsonNode json, Trainings.Trained trained) {
        RunSpec spec = trained.spec();
        FollowedRun history = trained.history();
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
