package io.saddle.console;

import io.saddle.run.RunPhases;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whom a run waits for in vain: services of which no process announces itself. */
final class Absences {

    static final String TRAINER = "primal-trainer";
    private static final String JUDGE = "fid-evaluator";

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

    private final TopicFeed feed;

    Absences(TopicFeed feed) {
        this.feed = feed;
    }

    /** True if somebody is there who judges models. */
    boolean judgeIsAlive() {
        return feed.evaluators().isAlive(JUDGE);
    }

    /** Whom the run misses now; nobody if it has ended. One that rests needs neither trainer nor judge. */
    List<Absence> of(TrainingRun run) {
        RunPhase phase = feed.views().phase(run.getRunId());
        List<Absence> absences = new ArrayList<>();
        if (RunPhases.isFinal(phase)) {
            return absences;
        }
        boolean rests = run.getDesiredState() == DesiredState.PAUSED && phase == RunPhase.PAUSED;
        if (!rests && !feed.evaluators().isAlive(TRAINER)) {
            absences.add(new Absence(
                    TRAINER,
                    "no trainer is alive",
                    "start one: './saddle up', or look why " + TRAINER + " ended",
                    List.of()));
        }
        silent(run.getRunId())
                .forEach((evaluator, ids) -> absences.add(new Absence(
                        evaluator,
                        "nobody offers the evaluator '" + evaluator + "' for the kind of "
                                + ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", ")),
                        "start it, or name one that is there: " + offered(),
                        List.copyOf(ids))));
        if (!rests && !judgeIsAlive()) {
            absences.add(new Absence(
                    JUDGE,
                    "no FID evaluator is alive: the run trains, its models are not judged",
                    "start one: './saddle up', or look why " + JUDGE + " ended",
                    List.of()));
        }
        return absences;
    }

    /** The run's constraints that nobody offers to measure, by the evaluator that they name. */
    private Map<String, TreeSet<String>> silent(String runId) {
        return feed.tables().constraints(runId).stream()
                .filter(definition -> definition.getState() != ConstraintState.RETIRED)
                .filter(definition -> !feed.evaluators().offers(definition))
                .collect(Collectors.groupingBy(
                        ConstraintDefinition::getEvaluator,
                        TreeMap::new,
                        Collectors.mapping(
                                ConstraintDefinition::getConstraintId, Collectors.toCollection(TreeSet::new))));
    }

    private String offered() {
        return feed.evaluators().present().stream()
                .flatMap(announcement -> announcement.getEvaluators().stream())
                .map(offer -> offer.getName())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
