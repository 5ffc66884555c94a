package io.saddle.console;

import io.saddle.run.RunPhases;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whom a run waits for in vain: services of which no process announces itself. */
final class Absences {

    static final String TRAINER = "primal-trainer";

    /**
     * Somebody who is not there.
     *
     * @param who the service, or the evaluator by the name that definitions give
     * @param message what is missing, for a person
     * @param constraints those that wait for it, in order; empty where the whole run does
     */
    record Absence(String who, String message, String remedy, List<String> constraints) {

        /** True of a whole service, false of an evaluator that constraints name. */
        boolean isService() {
            return constraints.isEmpty();
        }
    }

    private record Wanted(String evaluator, String kind) implements Comparable<Wanted> {
        @Override
        public int compareTo(Wanted other) {
            return Comparator.comparing(Wanted::evaluator)
                    .thenComparing(Wanted::kind)
                    .compare(this, other);
        }
    }

    private final TopicFeed feed;

    Absences(TopicFeed feed) {
        this.feed = feed;
    }

    /** True if somebody is there who judges models. */
    boolean judgeIsAlive() {
        return feed.evaluators().isAlive(RunViews.JUDGE);
    }

    /** Whom the run misses now; nobody if it has ended. One that rests needs neither trainer nor judge. */
    List<Absence> of(TrainingRun run) {
        RunPhase phase = feed.views().phase(run.getRunId());
        if (RunPhases.isFinal(phase)) {
            return List.of();
        }
        return of(feed.tables().constraints(run.getRunId()), rests(run, phase));
    }

    /** True if the run is paused and is meant to be: nobody does anything for it. */
    static boolean rests(TrainingRun run, RunPhase phase) {
        return run.getDesiredState() == DesiredState.PAUSED && phase == RunPhase.PAUSED;
    }

    /** Whom a run with these constraints would miss now. */
    List<Absence> of(List<ConstraintDefinition> constraints) {
        return of(constraints, false);
    }

    private List<Absence> of(List<ConstraintDefinition> constraints, boolean rests) {
        List<Absence> absences = new ArrayList<>();
        if (!rests && !feed.evaluators().isAlive(TRAINER)) {
            absences.add(new Absence(
                    TRAINER,
                    "no trainer is alive",
                    "start one: './saddle up', or look why " + TRAINER + " ended",
                    List.of()));
        }
        silent(constraints).forEach((wanted, ids) -> absences.add(absence(wanted, ids)));
        if (!rests && !judgeIsAlive()) {
            absences.add(new Absence(
                    RunViews.JUDGE,
                    "no FID evaluator is alive: the run trains, its models are not judged",
                    "start one: './saddle up', or look why " + RunViews.JUDGE + " ended",
                    List.of()));
        }
        return absences;
    }

    private Absence absence(Wanted wanted, TreeSet<String> ids) {
        String quoted = ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "));
        List<String> measured = feed.evaluators().kinds(wanted.evaluator());
        if (measured.isEmpty()) {
            return new Absence(
                    wanted.evaluator(),
                    "nobody offers the evaluator '" + wanted.evaluator() + "' for the kind of " + quoted,
                    offered().isEmpty()
                            ? "start it, or look why it ended"
                            : "start it, or name one that is there: " + offered(),
                    List.copyOf(ids));
        }
        return new Absence(
                wanted.evaluator() + " of " + wanted.kind(),
                "the evaluator '" + wanted.evaluator() + "' does not measure the kind '" + wanted.kind() + "' of "
                        + quoted,
                "it measures " + String.join(", ", measured) + "; name another of " + offered()
                        + ", or start one that does",
                List.copyOf(ids));
    }

    /** Constraints that nobody offers to measure, by what they need. */
    private Map<Wanted, TreeSet<String>> silent(List<ConstraintDefinition> constraints) {
        return constraints.stream()
                .filter(definition -> definition.getState() != ConstraintState.RETIRED)
                .filter(definition -> !feed.evaluators().offers(definition))
                .collect(Collectors.groupingBy(
                        definition -> new Wanted(definition.getEvaluator(), ConstraintKinds.of(definition)),
                        TreeMap::new,
                        Collectors.mapping(
                                ConstraintDefinition::getConstraintId, Collectors.toCollection(TreeSet::new))));
    }

    private String offered() {
        return String.join(", ", feed.evaluators().names());
    }
}
