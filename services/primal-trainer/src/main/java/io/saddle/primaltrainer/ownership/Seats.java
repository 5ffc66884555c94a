package io.saddle.primaltrainer.ownership;

import io.saddle.run.RunQueue;
import io.saddle.run.RunTables;
import io.saddle.schema.TrainingRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A trainer's part in the sharing of runs: it says what it has, and where it leads the group it gives free seats to runs that wait,
 * and asks for a sharing when there are both. Called from the ownership's polling thread only.
 */
final class Seats implements Seating {

    /** Two askings are at least so far apart: a sharing takes until every trainer has heard of it. */
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final RunSupervisor supervisor;
    private final RunTables tables;
    private final int runsPerSubmitter;
    private final LongSupplier nanos;
    private final LongSupplier millis;
    private final Map<String, Rest> rests = new HashMap<>();
    private SeatPlan shared;
    private SeatPlan led;
    private long askedAt;
    private int generation = -1;

    /** @param wanted null: whatever is wanted waits */
    private record Rest(long untilNanos, String wanted) {

        boolean holds(TrainingRun run) {
            return wanted == null || wanted.equals(run.getDesiredState().name());
        }
    }

    /**
     * @param nanos what measures pauses, {@link System#nanoTime} but for tests
     * @param millis what rounds are counted by: the time
     */
    Seats(RunSupervisor supervisor, RunTables tables, int runsPerSubmitter, LongSupplier nanos, LongSupplier millis) {
        this.supervisor = supervisor;
        this.tables = tables;
        this.runsPerSubmitter = runsPerSubmitter;
        this.nanos = nanos;
        this.millis = millis;
        this.askedAt = nanos.getAsLong() - BETWEEN.toNanos();
    }

    @Override
    public TrainerStanding standing() {
        // Of a sharing that came to nothing.
        shared = null;
        return supervisor.tell();
    }

    @Override
    public Map<String, Map<String, Long>> share(Map<String, TrainerStanding> standings) {
        standings.values().forEach(this::remember);
        SeatPlan plan = SeatPlan.of(
                standings, runId -> tables.run(runId).map(RunQueue::submitter).orElse(""), millis.getAsLong());
        shared = plan.with(waiting(), runsPerSubmitter);
        Map<String, Map<String, Long>> shares = new TreeMap<>();
        shared.trainers().forEach((name, seats) -> {
            Map<String, Long> runs = new TreeMap<>();
            seats.runs().forEach((runId, taken) -> runs.put(runId, taken.held().round()));
            shares.put(name, runs);
        });
        return shares;
    }

    @Override
    public void seated(Map<String, Long> runs, int ofGeneration) {
        led = shared;
        shared = null;
        generation = ofGeneration;
        supervisor.seated(runs);
    }

    /** True if this generation of the group shares runs; else there is a trainer of an older build, that knows partitions only. */
    boolean isOf(int ofGeneration) {
        return generation == ofGeneration;
    }

    /** Leads nobody any more: runs are not shared by name. */
    void leaveOff() {
        led = null;
        shared = null;
    }

    /** True if the group is to share the runs anew: a run was given up here, or one waits while a seat is free. */
    boolean wantsSharing() {
        long now = nanos.getAsLong();
        if (now - askedAt < BETWEEN.toNanos()) {
            return false;
        }
        boolean wanted = supervisor.hasGivenUp()
                || led != null && !led.with(waiting(), runsPerSubmitter).equals(led);
        if (wanted) {
            askedAt = now;
        }
        return wanted;
    }

    private List<SeatPlan.Waiting> waiting() {
        long now = nanos.getAsLong();
        rests.values().removeIf(rest -> rest.untilNanos() - now <= 0);
        return supervisor.waiting().stream()
                .filter(run -> !rests.containsKey(run.getRunId())
                        || !rests.get(run.getRunId()).holds(run))
                .map(run -> new SeatPlan.Waiting(
                        run.getRunId(), RunQueue.submitter(run), RunQueue.isEnding(run.getDesiredState())))
                .toList();
    }

    private void remember(TrainerStanding standing) {
        long now = nanos.getAsLong();
        standing.resting()
                .forEach((runId, resting) ->
                        rests.put(runId, new Rest(now + resting.millis() * 1_000_000, resting.wanted())));
    }
}
