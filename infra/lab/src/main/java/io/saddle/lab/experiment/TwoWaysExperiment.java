package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Statistics;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.ReportCommand;
import io.saddle.lab.report.Versions;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Alert;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SourceSummary;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/**
 * The question whether training in two ways leads to the same multipliers: the minority example, on the same data with the same
 * constraints, for several seeds.
 */
abstract class TwoWaysExperiment extends ReportCommand {

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
            defaultValue = "3",
            description = "Seeds, each with one run in either way; one says nothing (default: ${DEFAULT-VALUE}).")
    private int seeds;

    private final TwoWays ways;

    /** @param name of the experiment and of the folder of its report */
    TwoWaysExperiment(String name, TwoWays ways) {
        // Nothing is judged here.
        super("experiments/" + name, "fid-evaluator");
        this.ways = ways;
    }

    /** Makes the example, which is LOCKSTEP, one of a way. */
    abstract void settle(ObjectNode spec, String way);

    @Override
    protected void check() {
        atLeast("--steps", steps, LEAST_STEPS);
        atLeast("--seeds", seeds, 1);
        Path examples = Distribution.locate().examples();
        for (String way : List.of(ways.first(), ways.second())) {
            Trainings.requireDualStep(EXAMPLE, specification(examples, way, 1));
        }
    }

    /** Runs it, one training after the other; takes minutes. */
    @Override
    protected boolean run(OwnRuns runs, LocalSettings settings, Path examples, Path out)
            throws IOException, InterruptedException {
        List<TwoWaysResult.Run> evaluated = new ArrayList<>();
        try (Trainings trainings = new Trainings(settings, runs)) {
            for (long seed = 1; seed <= seeds; seed++) {
                for (String way : List.of(ways.first(), ways.second())) {
                    Trainings.Trained trained = trainings.train(
                            way.toLowerCase(Locale.ROOT) + "-seed-" + seed, specification(examples, way, seed));
                    evaluated.add(evaluate(way, trainings.json(trained), trained));
                }
            }
        }
        TwoWaysComparison comparison = new TwoWaysComparison(ways, evaluated);
        TwoWaysResult result = new TwoWaysResult(
                Instant.now(),
                Versions.all(),
                ways,
                steps,
                LongStream.rangeClosed(1, seeds).boxed().toList(),
                evaluated,
                comparison.multipliers(),
                comparison.losses(),
                comparison.cost());
        conclude(TwoWaysReport.table(result), TwoWaysReport.write(out, result));
        return result.agree();
    }

    /** The example, shortened, with nothing judged in between: its multipliers are what this is about. */
    private ObjectNode specification(Path examples, String way, long seed) {
        ObjectNode spec = Trainings.read(examples.resolve(EXAMPLE));
        spec.put("description", "Experiment: " + ways.question());
        spec.put("seed", seed);
        spec.withObject("/training").put("steps", steps).put("warmupSteps", Math.min(100, steps / 10));
        spec.withObject("/dual").put("mode", "LOCKSTEP");
        spec.withObject("/evaluation").put("every", 0).put("finalImages", 2).put("gridImages", 0);
        settle(spec, way);
        return spec;
    }

    private static TwoWaysResult.Run evaluate(String way, JsonNode json, Trainings.Trained trained) {
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
        return new TwoWaysResult.Run(
                spec.name(),
                way,
                spec.seed(),
                json,
                multipliers,
                losses,
                objectiveLoss(summaries.subList(summaries.size() * 9 / 10, summaries.size())),
                summaries.stream()
                        .mapToDouble(TwoWaysExperiment::rows)
                        .average()
                        .orElseThrow(),
                Statistics.of(millis).median(),
                waitingShare(summaries),
                summaries.stream().mapToDouble(GradientSummary::getStepMillis).sum() / 1e3,
                history.alerts().stream().map(Alert::getMessage).toList(),
                Curves.of(history));
    }

    private static double waitingShare(List<GradientSummary> summaries) {
        double waiting = 0;
        double all = 0;
        for (GradientSummary summary : summaries) {
            double wait = summary.getWaitMillis() == null ? 0 : summary.getWaitMillis();
            waiting += wait;
            all += wait + summary.getStepMillis();
        }
        return waiting / all;
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
