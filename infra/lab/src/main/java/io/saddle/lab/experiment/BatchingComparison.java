package io.saddle.lab.experiment;

import io.saddle.lab.bench.Statistics;
import io.saddle.run.spec.RunSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The distance between the ends of runs in the two batching modes, measured by that between runs in one mode. */
final class BatchingComparison {

    /** A difference of so much of the figure is none. */
    static final double TOLERANCE = 0.05;

    /** Neither is one of so many standard errors. */
    static final double STANDARD_ERRORS = 3;

    private final List<BatchingResult.Run> runs;

    /**
     * @param runs as many of each mode
     */
    BatchingComparison(List<BatchingResult.Run> runs) {
        this.runs = runs;
    }

    /** One for each constraint, in the order of their ids. */
    List<BatchingResult.Difference> multipliers() {
        return constraints().stream()
                .map(id -> difference(id, run -> run.multipliers().get(id)))
                .toList();
    }

    /** The objective's, then one for each constraint. */
    List<BatchingResult.Difference> losses() {
        List<BatchingResult.Difference> rows = new ArrayList<>();
        rows.add(difference("objective", BatchingResult.Run::objectiveLoss));
        constraints().forEach(id -> rows.add(difference(id, run -> run.losses().get(id))));
        return rows;
    }

    BatchingResult.Cost cost() {
        double mixture = median(RunSpec.Batching.MIXTURE, BatchingResult.Run::millisPerStep);
        double sum = median(RunSpec.Batching.WEIGHTED_SUM, BatchingResult.Run::millisPerStep);
        return new BatchingResult.Cost(
                mixture,
                sum,
                sum / mixture,
                median(RunSpec.Batching.MIXTURE, BatchingResult.Run::rowsPerStep),
                median(RunSpec.Batching.WEIGHTED_SUM, BatchingResult.Run::rowsPerStep));
    }

    private List<String> constraints() {
        return runs.get(0).multipliers().keySet().stream().sorted().toList();
    }

    private BatchingResult.Difference difference(String of, ToDoubleFunction<BatchingResult.Run> figure) {
        double[] mixture = figures(RunSpec.Batching.MIXTURE, figure);
        double[] sum = figures(RunSpec.Batching.WEIGHTED_SUM, figure);
        double difference = mean(mixture) - mean(sum);
        double relative = difference / mean(sum);
        boolean small = Math.abs(relative) <= TOLERANCE;
        if (mixture.length < 2) {
            return new BatchingResult.Difference(of, mean(mixture), mean(sum), relative, null, null, small);
        }
        double spread = Math.sqrt((variance(mixture) + variance(sum)) / 2);
        double standardErrors = difference / (spread * Math.sqrt(2.0 / mixture.length));
        return new BatchingResult.Difference(
                of,
                mean(mixture),
                mean(sum),
                relative,
                spread,
                standardErrors,
                small || Math.abs(standardErrors) <= STANDARD_ERRORS);
    }

    private double median(RunSpec.Batching mode, ToDoubleFunction<BatchingResult.Run> figure) {
        return Statistics.of(figures(mode, figure)).median();
    }

    private double[] figures(RunSpec.Batching mode, ToDoubleFunction<BatchingResult.Run> figure) {
        return runs.stream()
                .filter(run -> run.batching() == mode)
                .mapToDouble(figure)
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (values.length - 1);
    }
}
