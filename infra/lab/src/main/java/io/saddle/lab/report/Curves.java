package io.saddle.lab.report;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SourceSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run's curves out of its records.
 *
 * @param losses each source's loss in the training batches
 * @param multipliers after each dual step
 * @param mixture the same as mixture weights, the objective's too
 * @param fid of the judged models
 */
public record Curves(Curve losses, Curve multipliers, Curve mixture, Curve fid) {

    /** Losses of single batches are noise: they are averaged over so many bins of steps, weighted by rows. */
    private static final int BINS = 100;

    private static final String OBJECTIVE = "objective";

    public static Curves of(FollowedRun history) {
        return new Curves(
                losses(history.summaries()),
                multipliers(history.multipliers(), false),
                multipliers(history.multipliers(), true),
                fid(history.scores()));
    }

    static Curve losses(List<GradientSummary> summaries) {
        List<Long> steps = new ArrayList<>();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        int bins = Math.min(BINS, summaries.size());
        for (int bin = 0; bin < bins; bin++) {
            List<GradientSummary> part =
                    summaries.subList(bin * summaries.size() / bins, (bin + 1) * summaries.size() / bins);
            for (SourceSummary source : part.get(part.size() - 1).getSources()) {
                padded(series, source.getSource(), steps.size()).add(mean(part, source.getSource()));
            }
            steps.add(part.get(part.size() - 1).getStep());
        }
        series.keySet().forEach(name -> padded(series, name, steps.size()));
        return new Curve(steps, series);
    }

    private static Double mean(List<GradientSummary> part, String name) {
        double sum = 0;
        long rows = 0;
        for (GradientSummary summary : part) {
            for (SourceSummary source : summary.getSources()) {
                if (source.getSource().equals(name) && source.getLoss() != null) {
                    sum += source.getRows() * source.getLoss();
                    rows += source.getRows();
                }
            }
        }
        return rows == 0 ? null : sum / rows;
    }

    private static Curve multipliers(List<MultiplierUpdate> updates, boolean asMixture) {
        List<Long> steps = new ArrayList<>();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (MultiplierUpdate update : updates) {
            if (asMixture) {
                padded(series, OBJECTIVE, steps.size()).add(update.getObjectiveWeight());
            }
            for (ConstraintMultiplier row : update.getConstraints()) {
                padded(series, row.getConstraintId(), steps.size())
                        .add(asMixture ? row.getMixtureWeight() : row.getAfter());
            }
            steps.add(update.getStep());
        }
        series.keySet().forEach(name -> padded(series, name, steps.size()));
        return new Curve(steps, series);
    }

    /** A series with a gap for every step in which its constraint was not there. */
    private static List<Double> padded(Map<String, List<Double>> series, String name, int length) {
        List<Double> values = series.computeIfAbsent(name, any -> new ArrayList<>());
        while (values.size() < length) {
            values.add(null);
        }
        return values;
    }

    private static Curve fid(List<FidScore> scores) {
        return new Curve(
                scores.stream().map(FidScore::getStep).toList(),
                Map.of("distance", scores.stream().map(FidScore::getFid).toList()));
    }
}
