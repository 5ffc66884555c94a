package io.saddle.lab.experiment;

import io.saddle.lab.bench.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The distance between the ends of runs that were trained in two ways, measured by that between runs trained in one. */
final class TwoWaysComparison {

    /** A difference of so much of the figure is none. */
    static final double TOLERANCE = 0.05;

    /** Neither is one of so many standard errors. */
    static final double STANDARD_ERRORS = 3;

    private final TwoWays ways;
    private final List<TwoWaysResult.Run> runs;

    /**
     * @param runs as many of each way
     */
    TwoWaysComparison(TwoWays ways, List<TwoWaysResult.Run> runs) {
        this.ways = ways;
        this.runs = runs;
    }

    /** One for each constraint, in the order of their ids. */
    List<TwoWaysResult.Difference> multipliers() {
        return constraints().stream()
                .map(id -> difference(id, run -> run.multipliers().get(id)))
                .toList();
    }

    /** The objective's, then one for each constraint. */
    List<TwoWaysResult.Difference> losses() {
        List<TwoWaysResult.Difference> rows = new ArrayList<>();
        rows.add(difference("objective", TwoWaysResult.Run::objectiveLoss));
        constraints().forEach(id -> rows.add(difference(id, run -> run.losses().get(id))));
        return rows;
    }

    TwoWaysResult.Cost cost() {
        double first = median(ways.first(), TwoWaysResult.Run::millisPerStep);
        double second = median(ways.second(), TwoWaysResult.Run::millisPerStep);
        return new TwoWaysResult.Cost(
                first,
                second,
                second / first,
                median(ways.first(), TwoWaysResult.Run::rowsPerStep),
                median(ways.second(), TwoWaysResult.Run::rowsPerStep),
                median(ways.first(), TwoWaysResult.Run::waitingShare),
                median(ways.second(), TwoWaysResult.Run::waitingShare));
    }

    private List<String> constraints() {
        return runs.get(0).multipliers().keySet().stream().sorted().toList();
    }

    private TwoWaysResult.Difference difference(String of, ToDoubleFunction<TwoWaysResult.Run> figure) {
        double[] first = figures(ways.first(), figure);
        double[] second = figures(ways.second(), figure);
        double difference = mean(first) - mean(second);
        double relative = difference / mean(second);
        boolean small = Math.abs(relative) <= TOLERANCE;
        if (first.length < 2) {
            return new TwoWaysResult.Difference(of, mean(first), mean(second), relative, null, null, small);
        }
        double spread = Math.sqrt((variance(first) + variance(second)) / 2);
        double standardErrors = difference / (spread * Math.sqrt(2.0 / first.length));
        return new TwoWaysResult.Difference(
                of,
                mean(first),
                mean(second),
                relative,
                spread,
                standardErrors,
                small || Math.abs(standardErrors) <= STANDARD_ERRORS);
    }

    private double median(String way, ToDoubleFunction<TwoWaysResult.Run> figure) {
        return Statistics.of(figures(way, figure)).median();
    }

    private double[] figures(String way, ToDoubleFunction<TwoWaysResult.Run> figure) {
        return runs.stream()
                .filter(run -> run.way().equals(way))
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
