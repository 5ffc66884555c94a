package io.saddle.lab.study;

import io.saddle.diffusion.evaluation.ClassMatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * A number that every run of a study has.
 *
 * @param name heading of its column
 * @param group table that it stands in
 * @param unit how it is written
 * @param of the number; null where a run does not have it
 */
record Figure(String name, Group group, Unit unit, Function<RunResult, Double> of) {

    enum Group {
        /** What is asked of a model. */
        QUALITY,
        /** The same by the other networks that judge. */
        OTHER_NETWORKS,
        /** Loss of the best judged model by its bound, of each constraint that requires something. */
        BY_BOUND,
        /** Loss of the best judged model on held-out images. */
        LOSSES,
        MULTIPLIERS,
        /** Shares of single classes. */
        SHARES,
        MEMORISATION,
        TIME
    }

    enum Unit {
        PERCENT(100, "%.1f"),
        NUMBER(1, "%.1f"),
        SMALL(1, "%.3f"),
        LOSS(1, "%.4f"),
        WHOLE(1, "%.0f");

        private final double factor;
        private final String format;

        Unit(double factor, String format) {
            this.factor = factor;
            this.format = format;
        }

        /** A value in its unit. */
        String text(double value) {
            return String.format(Locale.ROOT, format, factor * value);
        }
    }

    /** Those that any of some runs has, in the order of the tables. */
    static List<Figure> of(List<RunResult> results, List<String> rare) {
        List<Figure> figures = new ArrayList<>();
        if (!rare.isEmpty()) {
            figures.add(new Figure("rare classes", Group.QUALITY, Unit.PERCENT, RunResult::rareShare));
            figures.add(new Figure(
                    "rare classes in the mixture", Group.QUALITY, Unit.PERCENT, RunResult::mixtureRareShare));
            figures.add(new Figure("from equal shares", Group.QUALITY, Unit.PERCENT, Figure::fromEqualShares));
        }
        int networks =
                results.stream().mapToInt(run -> run.measures().size()).max().orElse(0);
        for (int i = 0; i < networks; i++) {
            addNetwork(figures, i);
        }
        Set<String> classes = new LinkedHashSet<>();
        Set<String> constraints = new LinkedHashSet<>();
        results.forEach(run -> {
            classes.addAll(run.shares().keySet());
            constraints.addAll(run.multipliers().keySet());
        });
        constraints.forEach(id -> figures.add(new Figure(
                id + " / bound",
                Group.BY_BOUND,
                Unit.SMALL,
                run -> run.requirement(id).map(RunResult.Requirement::byBound).orElse(null))));
        figures.add(new Figure("loss of the objective", Group.LOSSES, Unit.LOSS, RunResult::heldOutObjective));
        constraints.forEach(id -> addLoss(figures, results, id));
        classes.forEach(name -> figures.add(
                new Figure(name, Group.SHARES, Unit.PERCENT, run -> run.shares().get(name))));
        constraints.forEach(id -> figures.add(new Figure(
                "λ of " + id,
                Group.MULTIPLIERS,
                Unit.SMALL,
                run -> run.multipliers().get(id))));
        constraints.forEach(id -> figures.add(new Figure(
                "mixture weight of " + id,
                Group.MULTIPLIERS,
                Unit.PERCENT,
                run -> run.mixture().get(id))));
        if (results.stream().anyMatch(run -> run.memorised() != null)) {
            figures.add(memorisation("nearest training image, by that of real ones", Unit.SMALL, Memorisation::ratio));
            figures.add(memorisation("nearer than 5 % of real ones", Unit.PERCENT, Memorisation::shareBelow));
            figures.add(memorisation("samples looked at", Unit.WHOLE, found -> (double) found.samples()));
        }
        figures.add(new Figure(
                "training, s", Group.TIME, Unit.WHOLE, run -> run.seconds().training()));
        figures.add(new Figure(
                "waiting for multipliers, s",
                Group.TIME,
                Unit.WHOLE,
                run -> run.seconds().waiting()));
        figures.add(new Figure(
                "judging, s", Group.TIME, Unit.WHOLE, run -> run.seconds().judging()));
        return figures;
    }

    /** The first one judges; the others stand beside it. */
    private static void addNetwork(List<Figure> figures, int i) {
        Group group = i == 0 ? Group.QUALITY : Group.OTHER_NETWORKS;
        String suffix = i == 0 ? "" : " (" + (i + 1) + ")";
        figures.add(measure("Frechet distance" + suffix, group, Unit.NUMBER, i, RunResult.Measure::frechet));
        figures.add(measure("KID" + suffix, group, Unit.SMALL, i, RunResult.Measure::kid));
        figures.add(measure("precision" + suffix, group, Unit.SMALL, i, RunResult.Measure::precision));
        figures.add(measure("recall" + suffix, group, Unit.SMALL, i, RunResult.Measure::recall));
    }

    /** Of what is measured on no data there are no held-out images. */
    private static void addLoss(List<Figure> figures, List<RunResult> results, String id) {
        boolean heldOut = results.stream()
                .flatMap(run -> run.requirement(id).stream())
                .anyMatch(requirement -> requirement.heldOutLoss() != null);
        figures.add(new Figure(
                "loss of " + id + (heldOut ? "" : ", as the run measures it"),
                Group.LOSSES,
                Unit.LOSS,
                run -> run.requirement(id)
                        .map(heldOut ? RunResult.Requirement::heldOutLoss : RunResult.Requirement::loss)
                        .orElse(null)));
    }

    /**
     * Total variation distance between the classes' shares and equal ones: the part of the samples that shows classes too often. Of what
     * a classifier takes for a class that the data does not have nothing is wanted.
     */
    private static Double fromEqualShares(RunResult run) {
        double equal =
                1.0 / run.shares().keySet().stream().filter(Figure::isOfTheData).count();
        return run.shares().entrySet().stream()
                .mapToDouble(row -> Math.max(0, row.getValue() - (isOfTheData(row.getKey()) ? equal : 0)))
                .sum();
    }

    /** By the name: results hold no labels. */
    private static boolean isOfTheData(String name) {
        return !name.equals(ClassMatch.ANOTHER);
    }

    private static Figure measure(
            String name, Group group, Unit unit, int network, Function<RunResult.Measure, Double> of) {
        return new Figure(
                name,
                group,
                unit,
                run -> run.measures().size() <= network
                        ? null
                        : of.apply(run.measures().get(network)));
    }

    private static Figure memorisation(String name, Unit unit, Function<Memorisation, Double> of) {
        return new Figure(
                name, Group.MEMORISATION, unit, run -> run.memorised() == null ? null : of.apply(run.memorised()));
    }

    /** {@code 12.3 ± 0.4 %}; without an interval the value alone; a dash for nothing. */
    String text(Interval interval) {
        return interval == null
                ? "–"
                : unit.text(interval.value()) + halfWidth(interval) + (unit == Unit.PERCENT ? " %" : "");
    }

    /** The same of a difference, with its sign. */
    String difference(Interval interval) {
        return interval == null ? "–" : (interval.value() > 0 ? "+" : "") + text(interval);
    }

    private String halfWidth(Interval interval) {
        return interval.low() == null ? "" : " ± " + unit.text(interval.value() - interval.low());
    }
}
