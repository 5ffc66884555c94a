package io.saddle.lab.experiment;

import io.saddle.lab.bench.Statistics;
import io.saddle.lab.study.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The distance between the ends of runs that were trained in two ways, seed by seed. */
final class TwoWaysComparison {

    /** A difference of so much of the figure is none. */
    static final double TOLERANCE = 0.05;

    private final TwoWays ways;
    private final List<TwoWaysResult.Run> runs;

    /**
     * @param runs of each way one for each seed
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

    /** Both runs of a seed see the same data: what seeds differ by is no doubt about what ways differ by. */
    private TwoWaysResult.Difference difference(String of, ToDoubleFunction<TwoWaysResult.Run> figure) {
        double[] first = figures(ways.first(), figure);
        double[] second = figures(ways.second(), figure);
        double size = (mean(first) + mean(second)) / 2;
        List<Double> relative = IntStream.range(0, first.length)
                .mapToObj(i -> first[i] == second[i] ? 0 : (first[i] - second[i]) / size)
                .toList();
        Interval mean = Interval.ofMean(relative).orElseGet(() -> new Interval(Double.NaN, null, null, 0));
        return new TwoWaysResult.Difference(of, mean(first), mean(second), mean, verdict(mean, first.length));
    }

    private static TwoWaysResult.Verdict verdict(Interval relative, int seeds) {
        if (relative.count() < seeds || relative.low() == null) {
            return TwoWaysResult.Verdict.OPEN;
        }
        if (relative.low() > TOLERANCE || relative.high() < -TOLERANCE) {
            return TwoWaysResult.Verdict.DIFFERENT;
        }
        return relative.low() >= -TOLERANCE && relative.high() <= TOLERANCE
                ? TwoWaysResult.Verdict.SAME
                : TwoWaysResult.Verdict.OPEN;
    }

    private double median(String way, ToDoubleFunction<TwoWaysResult.Run> figure) {
        return Statistics.of(figures(way, figure)).median();
    }

    /** In the order of the seeds. */
    private double[] figures(String way, ToDoubleFunction<TwoWaysResult.Run> figure) {
        return runs.stream()
                .filter(run -> run.way().equals(way))
                .sorted(Comparator.comparingLong(TwoWaysResult.Run::seed))
                .mapToDouble(figure)
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }
}
