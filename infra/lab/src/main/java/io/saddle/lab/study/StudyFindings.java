package io.saddle.lab.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddle.lab.study.Study.Variant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a study found so far: the content of {@code result.json}, but for the runs themselves.
 *
 * @param variants those that have a result, in the study's order
 * @param missing runs without a result, and why
 */
record StudyFindings(
        String name,
        String title,
        String question,
        List<String> rare,
        List<String> networks,
        String classifier,
        String reference,
        List<OfVariant> variants,
        List<Difference> differences,
        Map<String, String> missing,
        List<RunResult> runs) {

    /**
     * One variant over its seeds.
     *
     * @param figures mean and 95 % interval by the figure's name, in order; a figure that no run has is left out
     * @param guarantee null where nothing is required, or nothing held out
     */
    record OfVariant(String name, String title, List<Long> seeds, Map<String, Interval> figures, Guarantee guarantee) {}

    /**
     * Whether the bounds hold on held-out images at the best judged model. Seeds are counted, not constraints: of one training these are
     * not independent.
     *
     * @param held share of the seeds in which every bound holds within {@link RunResult.Requirement#MET_WITHIN}, with Wilson's interval
     * @param exactly seeds in which every bound holds as it stands
     * @param bestSteps primal steps of the best judged model, of each seed
     */
    record Guarantee(Interval held, int exactly, List<Long> bestSteps) {}

    /**
     * A variant beside the one that it is compared with, over the seeds that both have.
     *
     * @param figures mean of the differences seed by seed, with its 95 % interval
     */
    record Difference(String variant, String against, int pairs, Map<String, Interval> figures) {}

    static StudyFindings of(Study study, List<RunResult> runs, Map<String, String> missing) {
        List<Figure> figures = Figure.of(runs, study.rare());
        Map<String, List<RunResult>> byVariant = runs.stream()
                .collect(Collectors.groupingBy(RunResult::variant, LinkedHashMap::new, Collectors.toList()));
        List<OfVariant> variants = new ArrayList<>();
        List<Difference> differences = new ArrayList<>();
        for (Variant variant : study.variants()) {
            List<RunResult> own = byVariant.getOrDefault(variant.name(), List.of());
            if (!own.isEmpty()) {
                variants.add(new OfVariant(
                        variant.name(),
                        variant.title(),
                        own.stream().map(RunResult::seed).toList(),
                        figures(figures, figure -> own.stream().map(figure.of()).toList()),
                        guarantee(own)));
                compare(variant, own, byVariant.getOrDefault(variant.against(), List.of()), figures)
                        .ifPresent(differences::add);
            }
        }
        return new StudyFindings(
                study.name(),
                study.title(),
                study.question(),
                study.rare(),
                runs.isEmpty()
                        ? List.of()
                        : runs.get(0).measures().stream()
                                .map(measure -> measure.metric() + ", " + measure.network())
                                .toList(),
                first(runs, RunResult::classifier),
                first(runs, RunResult::reference),
                variants,
                differences,
                missing,
                runs);
    }

    private static Optional<Difference> compare(
            Variant variant, List<RunResult> own, List<RunResult> others, List<Figure> figures) {
        Map<Long, RunResult> otherBySeed =
                others.stream().collect(Collectors.toMap(RunResult::seed, Function.identity()));
        List<RunResult> paired =
                own.stream().filter(run -> otherBySeed.containsKey(run.seed())).toList();
        return paired.isEmpty()
                ? Optional.empty()
                : Optional.of(new Difference(
                        variant.name(),
                        variant.against(),
                        paired.size(),
                        figures(
                                figures,
                                figure -> paired.stream()
                                        .map(run -> difference(
                                                figure.of().apply(run),
                                                figure.of().apply(otherBySeed.get(run.seed()))))
                                        .toList())));
    }

    private static Double difference(Double value, Double other) {
        return value == null || other == null ? null : value - other;
    }

    private static Map<String, Interval> figures(List<Figure> figures, Function<Figure, List<Double>> values) {
        Map<String, Interval> intervals = new LinkedHashMap<>();
        figures.forEach(figure ->
                Interval.ofMean(values.apply(figure)).ifPresent(interval -> intervals.put(figure.name(), interval)));
        return intervals;
    }

    /** Of runs of which every bound that was asked for is known. */
    private static Guarantee guarantee(List<RunResult> runs) {
        List<RunResult> known = runs.stream()
                .filter(run -> run.requirements().stream().anyMatch(RunResult.Requirement::required))
                .filter(run -> run.requirements().stream()
                        .noneMatch(requirement -> requirement.required() && requirement.held(0) == null))
                .toList();
        return Interval.ofShare(holding(known, RunResult.Requirement.MET_WITHIN), known.size())
                .map(held -> new Guarantee(
                        held,
                        holding(known, 0),
                        known.stream().map(run -> run.best().step()).toList()))
                .orElse(null);
    }

    private static int holding(List<RunResult> runs, double within) {
        return (int) runs.stream()
                .filter(run -> run.requirements().stream()
                        .filter(RunResult.Requirement::required)
                        .allMatch(requirement -> requirement.held(within)))
                .count();
    }

    /**
     * What not all runs were judged by: figures of different judges do not compare. Empty if all were judged alike.
     */
    @JsonProperty
    List<String> unlike() {
        List<String> found = new ArrayList<>();
        addUnlike(
                found,
                "features",
                run -> run.measures().stream().map(RunResult.Measure::network).collect(Collectors.joining(" and ")));
        addUnlike(found, "classifier", RunResult::classifier);
        addUnlike(found, "reference", RunResult::reference);
        return found;
    }

    private void addUnlike(List<String> found, String what, Function<RunResult, String> of) {
        Map<String, Long> counts = runs.stream()
                .collect(Collectors.groupingBy(
                        run -> String.valueOf(of.apply(run)), TreeMap::new, Collectors.counting()));
        if (counts.size() > 1) {
            found.add(counts.entrySet().stream()
                    .map(judged -> judged.getKey() + " (" + judged.getValue() + " runs)")
                    .collect(Collectors.joining(", ", what + ": ", "")));
        }
    }

    /** Runs whose code was not as any commit has it. */
    long uncommitted() {
        return runs.stream()
                .filter(run -> run.machine().path("uncommittedChanges").asBoolean())
                .count();
    }

    private static String first(List<RunResult> runs, Function<RunResult, String> of) {
        return runs.stream().map(of).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /** The figures of the tables. */
    List<Figure> shown(Figure.Group group) {
        return Figure.of(runs, rare).stream()
                .filter(figure -> figure.group() == group)
                .filter(figure ->
                        variants.stream().anyMatch(variant -> variant.figures().containsKey(figure.name())))
                .toList();
    }

    /** Real images among themselves, by network: no model is better than that; the first run's. */
    @JsonProperty
    List<RunResult.Measure> floors() {
        return runs.isEmpty() ? List.of() : runs.get(0).measures();
    }

    /** The machines that runs were trained on, in words. */
    String machines() {
        return words(
                run -> run.machine().path("cpu").asText() + ", "
                        + run.machine().path("cores").asText() + " cores, "
                        + run.machine().path("memory").asText() + ", "
                        + run.machine().path("os").asText() + ", "
                        + run.machine().path("java").asText(),
                "; ");
    }

    /** The commands that made them, as Markdown has them. */
    String commands() {
        return words(run -> "`" + run.command() + "`", ", ");
    }

    /** The days on which they were done: the first and the last. */
    String dates() {
        TreeSet<String> days = new TreeSet<>();
        runs.forEach(run ->
                days.add(run.finishedAt().atZone(ZoneOffset.UTC).toLocalDate().toString()));
        return days.isEmpty() ? "-" : days.size() == 1 ? days.first() : days.first() + " to " + days.last();
    }

    private String words(Function<RunResult, String> of, String between) {
        return String.join(between, runs.stream().map(of).collect(Collectors.toCollection(TreeSet::new)));
    }
}
