package io.saddle.primaltrainer.ownership;

import io.saddle.primaltrainer.ownership.TrainerStanding.Held;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Who trains which run: whoever has a run keeps it, and a free seat anywhere takes the first of those that wait; of several seats, one at
 * a trainer that has not failed the run. A pure value.
 *
 * @param round grows from sharing to sharing; above every round that a trainer told of
 * @param trainers by the group's name for them
 */
record SeatPlan(long round, Map<String, Seats> trainers) {

    /** Each that is stopped takes memory for its final model. */
    static final int MOST_ENDING = 4;

    /**
     * A trainer's seats and the runs on them, with who submitted each.
     *
     * @param failed milliseconds since each run failed there
     */
    record Seats(int seats, Map<String, Taken> runs, Map<String, Long> failed) {
        private Seats and(String runId, Taken taken) {
            Map<String, Taken> more = new TreeMap<>(runs);
            more.put(runId, taken);
            return new Seats(seats, Collections.unmodifiableMap(more), failed);
        }

        /** How long ago the run failed there; for ever where it did not. */
        private long sinceFailure(String runId) {
            return failed.getOrDefault(runId, Long.MAX_VALUE);
        }

        private long count(boolean ending) {
            return runs.values().stream()
                    .filter(taken -> taken.held().ending() == ending)
                    .count();
        }

        private long free(boolean ending) {
            return (ending ? MOST_ENDING : seats) - count(ending);
        }
    }

    record Taken(Held held, String submitter) {}

    /**
     * A run without a trainer.
     *
     * @param submitter empty where nobody is known: no quota counts it
     * @param ending true if it is to be taken up to end
     */
    record Waiting(String runId, String submitter, boolean ending) {}

    SeatPlan {
        trainers = Collections.unmodifiableMap(new TreeMap<>(trainers));
    }

    /**
     * The plan in which each trainer has what it says it has; of two that have the same run, the one that got it later.
     *
     * @param submitters who submitted a run; empty where nobody is known
     * @param atLeast the round that this is at least: the time, so that it is also above those of trainers that were cut off and are
     *     not asked
     */
    static SeatPlan of(Map<String, TrainerStanding> standings, UnaryOperator<String> submitters, long atLeast) {
        Map<String, String> owners = new HashMap<>();
        Map<String, Long> rounds = new HashMap<>();
        long last = 0;
        for (Map.Entry<String, TrainerStanding> trainer : new TreeMap<>(standings).entrySet()) {
            for (Map.Entry<String, Held> run : trainer.getValue().held().entrySet()) {
                long round = run.getValue().round();
                last = Math.max(last, round);
                if (round > rounds.getOrDefault(run.getKey(), -1L)) {
                    rounds.put(run.getKey(), round);
                    owners.put(run.getKey(), trainer.getKey());
                }
            }
        }
        Map<String, Seats> trainers = new HashMap<>();
        standings.forEach((name, standing) -> {
            Map<String, Taken> runs = new TreeMap<>();
            standing.held().forEach((runId, held) -> {
                if (name.equals(owners.get(runId))) {
                    runs.put(runId, new Taken(held, submitters.apply(runId)));
                }
            });
            trainers.put(name, new Seats(standing.seats(), Collections.unmodifiableMap(runs), standing.failed()));
        });
        return new SeatPlan(Math.max(last + 1, atLeast), trainers);
    }

    /** True if a trainer has the run. */
    boolean has(String runId) {
        return trainers.values().stream().anyMatch(seats -> seats.runs().containsKey(runId));
    }

    /**
     * This plan, and as many of those that wait as there are seats for.
     *
     * @param waiting in the order of the queue
     * @param runsPerSubmitter runs of one person that train at the same time; 0: as many as there are
     */
    SeatPlan with(List<Waiting> waiting, int runsPerSubmitter) {
        Map<String, Seats> now = new TreeMap<>(trainers);
        Set<String> given = new HashSet<>();
        Predicate<Waiting> allowed = run -> run.ending()
                || runsPerSubmitter <= 0
                || run.submitter().isEmpty()
                || trainingFor(run.submitter(), now) < runsPerSubmitter;
        for (Waiting run : waiting) {
            if (has(run.runId()) || given.contains(run.runId()) || !allowed.test(run)) {
                continue;
            }
            fittest(now, run).ifPresent(name -> {
                Taken taken = new Taken(new Held(round, run.ending()), run.submitter());
                now.put(name, now.get(name).and(run.runId(), taken));
                given.add(run.runId());
            });
        }
        return new SeatPlan(round, now);
    }

    private static long trainingFor(String submitter, Map<String, Seats> trainers) {
        return trainers.values().stream()
                .flatMap(seats -> seats.runs().values().stream())
                .filter(taken -> !taken.held().ending() && taken.submitter().equals(submitter))
                .count();
    }

    /** The freest of those at which the run has not failed; where it has at all of them, the one at which that is longest ago. */
    private static Optional<String> fittest(Map<String, Seats> trainers, Waiting run) {
        return trainers.entrySet().stream()
                .filter(entry -> entry.getValue().free(run.ending()) > 0)
                .max(Comparator.<Map.Entry<String, Seats>>comparingLong(
                                entry -> run.ending() ? 0 : entry.getValue().sinceFailure(run.runId()))
                        .thenComparing(entry -> entry.getValue().free(run.ending()))
                        .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
                .map(Map.Entry::getKey);
    }
}
