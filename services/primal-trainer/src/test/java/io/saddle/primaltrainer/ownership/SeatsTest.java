package io.saddle.primaltrainer.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.RunTables;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Trainers that share runs, with the group's protocol played by hand: who asks is answered by a sharing among all that are there. */
class SeatsTest {

    private final RunTables tables = new RunTables();
    private final RunStatusTable statuses = new RunStatusTable();
    private final Map<String, Trainer> group = new TreeMap<>();
    private long now = 1;
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(now);
        }
    };
    private int generation;
    private int quota;
    private int submitted;

    private final class Trainer {
        private final Map<String, Training> begun = new HashMap<>();
        private final RunSupervisor supervisor;
        private final Seats seats;

        Trainer(int room) {
            supervisor = new RunSupervisor(tables, statuses, this::training, room, run -> false, () -> now, clock);
            seats = new Seats(supervisor, tables, quota, () -> now, clock::millis);
        }

        private Training training(TrainingRun run) {
            Training training = new Training(run.getRunId());
            begun.put(run.getRunId(), training);
            return training;
        }

        private Set<String> trains() {
            return begun.values().stream()
                    .filter(Training::isAlive)
                    .map(Training::runId)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static final class Training implements RunTraining {
        private final String runId;
        private boolean alive = true;
        private End end = End.ORDERLY;

        Training(String runId) {
            this.runId = runId;
        }

        @Override
        public String runId() {
            return runId;
        }

        @Override
        public void start() {}

        @Override
        public boolean isAlive() {
            return alive;
        }

        @Override
        public End end() {
            return end;
        }

        @Override
        public void requestHandover() {
            alive = false;
        }

        @Override
        public void join(long millis) {}
    }

    private void submit(String runId, int priority, String by) {
        Instant at = Instant.EPOCH.plusSeconds(submitted++);
        tables.put(RecordBuilders.run(runId)
                .setSubmittedAt(at)
                .setUpdatedAt(at)
                .setSubmittedBy(by)
                .setPriority(priority)
                .build());
    }

    private void submit(String... runIds) {
        List.of(runIds).forEach(runId -> submit(runId, 0, null));
    }

    private void desire(String runId, DesiredState wanted) {
        TrainingRun run = tables.run(runId).orElseThrow();
        tables.put(TrainingRun.newBuilder(run)
                .setRevision(run.getRevision() + 1)
                .setDesiredState(wanted)
                .build());
    }

    private void said(String runId, RunPhase phase) {
        statuses.put(RecordBuilders.status(runId, phase).build());
    }

    private void join(String name, int room) {
        group.put(name, new Trainer(room));
        share();
    }

    private void kill(String name) {
        group.remove(name);
        share();
    }

    /** The first by name leads. */
    private void share() {
        generation++;
        Map<String, TrainerStanding> standings = new TreeMap<>();
        group.forEach((name, trainer) -> standings.put(name, trainer.seats.standing()));
        if (!group.isEmpty()) {
            Map<String, Map<String, Long>> shares =
                    group.values().iterator().next().seats.share(standings);
            group.forEach((name, trainer) -> trainer.seats.seated(shares.get(name), generation));
        }
    }

    /** Time passes until nobody asks for a sharing any more; a quarter of a second each round, as between two polls. */
    private int settle(Duration time) {
        int sharings = 0;
        for (long end = now + time.toNanos(); now < end; now += 250_000_000L) {
            boolean asked = false;
            for (Trainer trainer : group.values()) {
                trainer.supervisor.tick();
                asked |= trainer.seats.wantsSharing();
            }
            if (asked) {
                sharings++;
                share();
            }
        }
        return sharings;
    }

    private Map<String, Set<String>> trained() {
        Map<String, Set<String>> trained = new TreeMap<>();
        group.forEach((name, trainer) -> trained.put(name, trainer.trains()));
        return trained;
    }

    private void end(String trainer, String runId, RunTraining.End end, RunPhase phase) {
        Training training = group.get(trainer).begun.get(runId);
        training.end = end;
        training.alive = false;
        if (phase != null) {
            said(runId, phase);
        }
    }

    /** As a trainer leaves a run that cannot be trained now. */
    private void fail(String trainer, String runId) {
        end(trainer, runId, RunTraining.End.FAILED, null);
        statuses.put(RecordBuilders.status(runId, RunPhase.QUEUED)
                .setNotBefore(clock.instant().plusSeconds(30))
                .build());
    }

    @Test
    void runsThatComeLaterGoToWhoeverHasAFreeSeatWithinSeconds() {
        join("a", 1);
        join("b", 1);
        submit("1");
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("a", Set.of("1"), "b", Set.of()), trained());
        submit("2", "3");
        assertTrue(settle(Duration.ofSeconds(2)) <= 2);
        assertEquals(Map.of("a", Set.of("1"), "b", Set.of("2")), trained());
        assertEquals(0, settle(Duration.ofMinutes(1)), "nothing is shared while no seat is free");

        end("b", "2", RunTraining.End.ORDERLY, RunPhase.COMPLETED);
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("a", Set.of("1"), "b", Set.of("3")), trained());
    }

    @Test
    void aTrainerThatComesTakesWhatWaitsAndOneThatGoesLeavesItToTheOthers() {
        join("b", 1);
        submit("1", "2");
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("b", Set.of("1")), trained());
        join("a", 2);
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("2"), "b", Set.of("1")), trained(), "the new one leads, and moves nothing");
        kill("b");
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("1", "2")), trained());
    }

    @Test
    void prioritiesComeFirstAndAQuotaLetsOthersPass() {
        quota = 1;
        submit("old", 0, "ada");
        submit("second", 0, "ada");
        submit("urgent", 5, "ada");
        submit("bobs", 0, "bob");
        join("a", 3);
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("urgent", "bobs")), trained());
        end("a", "urgent", RunTraining.End.ORDERLY, RunPhase.COMPLETED);
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("old", "bobs")), trained());
    }

    @Test
    void aRunThatFailedRestsAndItsSeatDoesNot() {
        join("a", 1);
        submit("1", "2");
        settle(Duration.ofSeconds(2));
        fail("a", "1");
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("a", Set.of("2")), trained());
        join("b", 1);
        settle(Duration.ofSeconds(20));
        assertEquals(Map.of("a", Set.of("2"), "b", Set.of()), trained(), "it rests for all of them");
        settle(Duration.ofSeconds(15));
        assertEquals(Map.of("a", Set.of("2"), "b", Set.of("1")), trained());
    }

    /** It lacks a device, memory or files that the other one has. */
    @Test
    void aRunGoesToATrainerAtWhichItHasNotFailed() {
        join("a", 1);
        join("b", 1);
        submit("1");
        settle(Duration.ofSeconds(2));
        fail("a", "1");
        settle(Duration.ofSeconds(35));
        assertEquals(Map.of("a", Set.of(), "b", Set.of("1")), trained());
    }

    @Test
    void aRunThatHasFailedEverywhereIsTriedByTurns() {
        join("a", 1);
        join("b", 2);
        submit("1");
        List<String> tried = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            settle(Duration.ofSeconds(35));
            String at = group.get("a").trains().isEmpty() ? "b" : "a";
            tried.add(at);
            fail(at, "1");
        }
        assertEquals(List.of("b", "a", "b", "a"), tried);
    }

    @Test
    void aRunThatHasFailedAtTheOnlyFreeTrainerIsTriedThereAgain() {
        join("a", 1);
        join("b", 1);
        submit("1", "2");
        settle(Duration.ofSeconds(3));
        fail("a", "1");
        settle(Duration.ofSeconds(35));
        assertEquals(Map.of("a", Set.of("1"), "b", Set.of("2")), trained());
    }

    @Test
    void aTrainerTellsOfItsNewestFailuresUntilTheRunsHaveEndedOrTrainThere() {
        join("a", 1);
        for (int i = 0; i < FailedRuns.MOST + 2; i++) {
            String runId = "r" + i;
            submit(runId);
            settle(Duration.ofSeconds(3));
            fail("a", runId);
            settle(Duration.ofSeconds(1));
            desire(runId, DesiredState.PAUSED);
            settle(Duration.ofSeconds(3));
            end("a", runId, RunTraining.End.ORDERLY, RunPhase.PAUSED);
            settle(Duration.ofSeconds(3));
        }
        Trainer a = group.get("a");
        Set<String> failed = a.seats.standing().failed().keySet();
        assertEquals(FailedRuns.MOST, failed.size());
        assertFalse(failed.contains("r0") || failed.contains("r1"), "the oldest go");

        said("r5", RunPhase.STOPPED);
        desire("r6", DesiredState.RUNNING);
        settle(Duration.ofSeconds(3));
        end("a", "r6", RunTraining.End.ORDERLY, RunPhase.COMPLETED);
        settle(Duration.ofSeconds(3));
        failed = a.seats.standing().failed().keySet();
        assertEquals(FailedRuns.MOST - 2, failed.size());
        assertFalse(failed.contains("r5") || failed.contains("r6"));
    }

    /** It rests for a quarter of an hour at last: nobody waits so long for a stop. */
    @Test
    void aRunThatRestsAfterAFailureIsStoppedAtOnce() {
        join("a", 1);
        join("b", 1);
        submit("1");
        settle(Duration.ofSeconds(2));
        fail("a", "1");
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("a", Set.of(), "b", Set.of()), trained());
        desire("1", DesiredState.STOPPED);
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("a", Set.of("1"), "b", Set.of()), trained());
    }

    @Test
    void aRunThatEndsWhileTheGroupSharesFreesItsSeatAtOnce() {
        join("a", 1);
        submit("1", "2");
        settle(Duration.ofSeconds(2));
        Trainer a = group.get("a");
        Map<String, Map<String, Long>> shares = a.seats.share(Map.of("a", a.seats.standing()));
        end("a", "1", RunTraining.End.ORDERLY, RunPhase.COMPLETED);
        a.supervisor.tick();
        a.seats.seated(shares.get("a"), ++generation);
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("2")), trained());
    }

    /** It lost its run while it was cut off, to one that had no run and so no round to count from. */
    @Test
    void whoWasCutOffDoesNotTakeItsRunBack() {
        join("a", 1);
        submit("1");
        settle(Duration.ofSeconds(2));
        Trainer cutOff = group.remove("a");
        join("b", 1);
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("b", Set.of("1")), trained());
        group.put("a", cutOff);
        share();
        assertEquals(Map.of("a", Set.of(), "b", Set.of("1")), trained());
    }

    @Test
    void aRunIsPausedAndResumedElsewhere() {
        join("a", 1);
        join("b", 1);
        submit("1", "2");
        settle(Duration.ofSeconds(3));
        submit("3");
        desire("1", DesiredState.PAUSED);
        end("a", "1", RunTraining.End.ORDERLY, RunPhase.PAUSED);
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("3"), "b", Set.of("2")), trained());
        desire("1", DesiredState.RUNNING);
        assertEquals(0, settle(Duration.ofSeconds(5)));
        end("b", "2", RunTraining.End.ORDERLY, RunPhase.COMPLETED);
        settle(Duration.ofSeconds(3));
        assertEquals(Map.of("a", Set.of("3"), "b", Set.of("1")), trained());
    }

    /** Pausing and resuming so fast that nobody saw the pause leaves no run without a trainer. */
    @Test
    void aRunThatEndedHereAndIsWantedAgainIsBegunAgain() {
        join("a", 1);
        submit("1");
        settle(Duration.ofSeconds(2));
        end("a", "1", RunTraining.End.ORDERLY, RunPhase.PAUSED);
        settle(Duration.ofSeconds(5));
        assertEquals(Map.of("a", Set.of("1")), trained());
    }

    @Test
    void whatIsToStopIsEndedWithoutASeat() {
        join("a", 1);
        submit("1", "2");
        settle(Duration.ofSeconds(2));
        desire("2", DesiredState.STOPPED);
        settle(Duration.ofSeconds(2));
        assertEquals(Map.of("a", Set.of("1", "2")), trained());
    }

    @Test
    void whatWasGivenAndIsNotBegunGoesBackToTheGroup() {
        join("a", 1);
        submit("1");
        group.get("a").seats.share(Map.of("a", group.get("a").seats.standing()));
        group.get("a").seats.seated(Map.of("1", 1L), ++generation);
        desire("1", DesiredState.PAUSED);
        said("1", RunPhase.PAUSED);
        List<String> held = new ArrayList<>();
        settle(Duration.ofSeconds(12));
        held.addAll(group.get("a").seats.standing().held().keySet());
        assertEquals(List.of(), held);
    }

    @Test
    void besideATrainerOfAnOlderBuildPartitionsCount() throws InterruptedException {
        join("a", 3);
        submit("1", "2");
        settle(Duration.ofSeconds(2));
        Trainer a = group.get("a");
        int partition = RunPartitioner.partition("1", Topics.RUNS.partitions());
        assertFalse(a.seats.isOf(generation + 1));
        a.supervisor.assigned(Set.of(partition));
        a.seats.leaveOff();
        a.supervisor.shareByPartitions();
        a.supervisor.tick();
        assertTrue(a.trains().contains("1"));
        boolean both = RunPartitioner.partition("2", Topics.RUNS.partitions()) == partition;
        assertEquals(both, a.trains().contains("2"));
        a.supervisor.tick();
        assertFalse(a.seats.wantsSharing());
        submit("3", "4");
        a.supervisor.tick();
        assertEquals(0, settle(Duration.ofSeconds(10)), "nobody asks for what the other does not know");
    }
}
