package io.saddle.console;

import io.saddle.run.spec.LabelSelector;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a list of runs is narrowed down to; a run has to meet all of it. Pure.
 *
 * @param lifecycles those that are wanted
 * @param phases those that are wanted; empty: any
 * @param labels all of which have to hold
 * @param words in lower case, each of which stands somewhere in the name, the description or the labels
 * @param since submitted then or later; null: whenever
 * @param until submitted before; null: whenever
 */
record RunFilter(
        Set<RunLifecycle> lifecycles,
        Set<RunPhase> phases,
        List<LabelSelector> labels,
        List<String> words,
        Instant since,
        Instant until) {

    /** Every run, put away and deleted ones too. */
    static final RunFilter EVERY =
            new RunFilter(EnumSet.allOf(RunLifecycle.class), Set.of(), List.of(), List.of(), null, null);

    /**
     * Reads what was asked for.
     *
     * @param problems takes every mistake, by the parameter's name
     */
    static RunFilter of(RunQuery query, Instant now, List<Problem> problems) {
        Set<RunLifecycle> lifecycles = symbols("lifecycle", RunLifecycle.class, query.lifecycle, problems);
        return new RunFilter(
                lifecycles.isEmpty() ? EnumSet.of(RunLifecycle.ACTIVE, RunLifecycle.UNKNOWN) : lifecycles,
                symbols("phase", RunPhase.class, query.phase, problems),
                texts(query.label).stream()
                        .flatMap(label -> LabelSelector.parse(label, problems).stream())
                        .toList(),
                query.text == null || query.text.isBlank()
                        ? List.of()
                        : List.of(query.text.strip().toLowerCase(Locale.ROOT).split("\\s+")),
                TimeBound.SINCE.parse("since", query.since, now, problems),
                TimeBound.UNTIL.parse("until", query.until, now, problems));
    }

    /** True if a run's lifecycle alone tells whether it matches. */
    boolean isOfLifecyclesAlone() {
        return phases.isEmpty() && labels.isEmpty() && words.isEmpty() && since == null && until == null;
    }

    boolean matches(RunSummary run) {
        return lifecycles.contains(run.lifecycle())
                && (phases.isEmpty() || phases.contains(run.phase()))
                && labels.stream().allMatch(label -> label.matches(run.labels()))
                && hasWords(run)
                && (since == null || !run.submittedAt().isBefore(since))
                && (until == null || run.submittedAt().isBefore(until));
    }

    private boolean hasWords(RunSummary run) {
        if (words.isEmpty()) {
            return true;
        }
        String text = (run.runId() + "\n" + run.description() + "\n"
                        + run.labels().entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .collect(Collectors.joining("\n")))
                .toLowerCase(Locale.ROOT);
        return words.stream().allMatch(text::contains);
    }

    /** Each may have several with commas between. */
    private static List<String> texts(List<String> given) {
        return given == null
                ? List.of()
                : given.stream()
                        .flatMap(text -> Arrays.stream(text.split(",")))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList();
    }

    private static <E extends Enum<E>> Set<E> symbols(
            String name, Class<E> type, List<String> given, List<Problem> problems) {
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(Enum::name)
                .filter(symbol -> !symbol.equals("UNKNOWN"))
                .toList();
        List<E> found = new ArrayList<>();
        for (String text : texts(given)) {
            String symbol = text.toUpperCase(Locale.ROOT).replace('-', '_');
            if (known.contains(symbol)) {
                found.add(Enum.valueOf(type, symbol));
            } else {
                problems.add(new Problem(
                        name,
                        "'" + text + "' is none"
                                + NearestName.of(symbol, known)
                                        .map(nearest -> ", did you mean " + nearest + "?")
                                        .orElse("; there are " + String.join(", ", known))));
            }
        }
        return found.isEmpty() ? Set.of() : EnumSet.copyOf(found);
    }
}
