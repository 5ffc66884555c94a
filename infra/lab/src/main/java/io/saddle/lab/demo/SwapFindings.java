package io.saddle.lab.demo;

import io.saddle.lab.report.Curve;
import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The findings about an exchange of a constraint's evaluator, from the topics. Pure.
 *
 * @param movers for each dual step the evaluator that moved the constraint's multiplier; null where none did
 * @param pairs by primal step what both measured while one stood in the other's shadow
 */
record SwapFindings(
        List<MultiplierUpdate> updates,
        List<String> movers,
        Map<Long, Pair> pairs,
        List<Check> checks,
        String constraint) {

    /** Both estimates of one snapshot. */
    record Pair(LossEstimate inForce, LossEstimate shadow) {

        double difference() {
            return shadow.getLoss() - inForce.getLoss();
        }

        /** In standard errors of the difference. */
        double deviations() {
            return Math.abs(difference()) / Math.hypot(inForce.getStandardError(), shadow.getStandardError());
        }
    }

    /** Something that was promised, and what was found. */
    public record Check(String promise, boolean kept, String found) {}

    /** More than so many standard errors apart on one snapshot, two evaluators do not measure the same. */
    static final double AGREE = 4;

    private static final int LEAST_PAIRS = 3;

    static SwapFindings of(
            FollowedRun history, String constraint, String shadow, String before, String after, long steps) {
        List<MultiplierUpdate> updates = history.multipliers();
        List<String> movers = updates.stream()
                .map(update -> row(update, constraint).getEvaluator())
                .toList();
        Map<Long, Pair> pairs = pairs(history.estimates(), constraint, shadow);
        List<Check> checks = new ArrayList<>();
        checks.add(agreement(pairs));
        checks.add(noStepLost(history, steps));
        checks.add(noDualStepLost(updates));
        checks.add(oneAfterTheOther(movers, before, after));
        checks.add(carriedOn(updates, movers, constraint, after));
        return new SwapFindings(updates, movers, pairs, checks, constraint);
    }

    /** True if the shadow measures what the evaluator in force measures. */
    boolean agree() {
        return agreement(pairs).kept();
    }

    private static Check agreement(Map<Long, Pair> pairs) {
        OptionalDouble worst =
                pairs.values().stream().mapToDouble(Pair::deviations).max();
        // A deviation that is not a number is no agreement either.
        boolean kept = pairs.size() >= LEAST_PAIRS && worst.getAsDouble() <= AGREE;
        return new Check(
                "both evaluators measure the same, within " + AGREE + " standard errors",
                kept,
                pairs.size() + " snapshots measured by both"
                        + (worst.isPresent()
                                ? String.format(
                                        Locale.ROOT, ", at most %.1f standard errors apart", worst.getAsDouble())
                                : ""));
    }

    boolean allKept() {
        return checks.stream().allMatch(Check::kept);
    }

    private static ConstraintMultiplier row(MultiplierUpdate update, String constraint) {
        return update.getConstraints().stream()
                .filter(row -> row.getConstraintId().equals(constraint))
                .findFirst()
                .orElseThrow();
    }

    private static Map<Long, Pair> pairs(List<LossEstimate> estimates, String constraint, String shadow) {
        Map<Long, LossEstimate> inForce = byStep(estimates, constraint);
        Map<Long, Pair> pairs = new TreeMap<>();
        byStep(estimates, shadow).forEach((step, estimate) -> {
            if (inForce.containsKey(step)) {
                pairs.put(step, new Pair(inForce.get(step), estimate));
            }
        });
        return pairs;
    }

    private static Map<Long, LossEstimate> byStep(List<LossEstimate> estimates, String constraint) {
        return estimates.stream()
                .filter(estimate -> estimate.getConstraintId().equals(constraint))
                .collect(Collectors.toMap(LossEstimate::getStep, estimate -> estimate, (first, again) -> first));
    }

    private static Check noStepLost(FollowedRun history, long steps) {
        List<Long> seen =
                history.summaries().stream().map(GradientSummary::getStep).toList();
        boolean kept = seen.equals(LongStream.rangeClosed(1, steps).boxed().toList());
        return new Check("no primal step is lost", kept, seen.size() + " of " + steps + " steps have a summary");
    }

    private static Check noDualStepLost(List<MultiplierUpdate> updates) {
        List<Long> numbers = updates.stream().map(MultiplierUpdate::getDualStep).toList();
        boolean kept =
                numbers.equals(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
        return new Check("every dual step has one vector of multipliers", kept, numbers.size() + " dual steps");
    }

    private static Check oneAfterTheOther(List<String> movers, String before, String after) {
        int swap = movers.indexOf(after);
        boolean kept = swap > 0
                && movers.subList(0, swap).stream().allMatch(before::equals)
                && movers.subList(swap, movers.size()).stream().allMatch(after::equals);
        return new Check(
                "each dual step names the evaluator that moved it, one after the other",
                kept,
                kept
                        ? swap + " by " + before + ", then " + (movers.size() - swap) + " by " + after
                        : movers.toString());
    }

    private static Check carriedOn(
            List<MultiplierUpdate> updates, List<String> movers, String constraint, String after) {
        int swap = movers.indexOf(after);
        if (swap < 1) {
            return new Check("the multiplier carries on", false, "the swap is not on the topic");
        }
        double last = row(updates.get(swap - 1), constraint).getAfter();
        double first = row(updates.get(swap), constraint).getBefore();
        return new Check("the multiplier carries on (hand-over KEEP)", last == first, last + " -> " + first);
    }

    /** The multiplier, a curve for each evaluator that moved it; they meet where one hands over. */
    Curve multiplier() {
        List<Long> steps = new ArrayList<>();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        movers.stream().distinct().forEach(mover -> series.put("moved by " + mover, new ArrayList<>()));
        for (int i = 0; i < updates.size(); i++) {
            steps.add(updates.get(i).getStep());
            double value = row(updates.get(i), constraint).getAfter();
            String next = movers.get(Math.min(i + 1, movers.size() - 1));
            for (Map.Entry<String, List<Double>> entry : series.entrySet()) {
                boolean own = entry.getKey().equals("moved by " + movers.get(i))
                        || entry.getKey().equals("moved by " + next);
                entry.getValue().add(own ? value : null);
            }
        }
        return new Curve(steps, series);
    }

    /** The losses that moved it, and those of the shadow beside them. */
    Curve losses() {
        List<Long> steps = new ArrayList<>();
        List<Double> used = new ArrayList<>();
        List<Double> shadow = new ArrayList<>();
        for (MultiplierUpdate update : updates) {
            steps.add(update.getStep());
            used.add(row(update, constraint).getLoss());
            Pair pair = pairs.get(update.getStep());
            shadow.add(pair == null ? null : pair.shadow().getLoss());
        }
        Map<String, List<Double>> series = new LinkedHashMap<>();
        series.put("moved the multiplier", used);
        series.put("in the shadow", shadow);
        return new Curve(steps, series);
    }
}
