package io.saddle.primaltrainer.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.RunTables;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunSupervisorTest {

    private static final Set<Integer> ALL =
            IntStream.range(0, Topics.RUNS.partitions()).boxed().collect(Collectors.toSet());

    private final RunTables tables = new RunTables();
    private final Set<String> slotted = new HashSet<>();
    private final RunStatusTable statuses = new RunStatusTable();
    private final List<FakeTraining> begun = new ArrayList<>();
    private long now = 1;

    private final class FakeTraining implements RunTraining {
        private final String runId;
        private boolean alive;
        private End end = End.ORDERLY;
        private boolean handover;

        FakeTraining(String runId) {
            this.runId = runId;
        }

        @Override
        public String runId() {
            return runId;
        }

        @Override
        public void start() {
            alive = true;
            begun.add(this);
        }

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
            handover = true;
        }

        @Override
        public void join(long millis) {
            alive = !handover;
        }
    }

    private RunSupervisor supervisor(int maxConcurrentRuns) {
        return new RunSupervisor(
                tables,
                statuses,
                run -> new FakeTraining(run.getRunId()),
                maxConcurrentRuns,
                slotted::contains,
                () -> now,
                Clock.systemUTC());
    }

    /** A supervisor that owns every partition and has looked once. */
    private RunSupervisor ownerOfAll(int maxConcurrentRuns) {
        RunSupervisor supervisor = supervisor(maxConcurrentRuns);
        supervisor.assigned(ALL);
        supervisor.tick();
        return supervisor;
    }

    private void run(String runId, int age, DesiredState desired, String... constraintIds) {
        Instant submitted = Instant.EPOCH.plusSeconds(1000 - age);
        tables.put(RecordBuilders.run(runId)
                .setDesiredState(desired)
                .setConstraintIds(List.of(constraintIds))
                .setSubmittedAt(submitted)
                .setUpdatedAt(submitted)
                .build());
    }

    @Test
    void aRunThatIsSetAsideIsLeftUntilItsTimeButPausedAndStoppedAtOnce() {
        run("a", 2, DesiredState.RUNNING);
        run("b", 1, DesiredState.RUNNING);
        setAside("a", Instant.now().plusSeconds(60));
        RunSupervisor supervisor = ownerOfAll(1);
        assertEquals(List.of("b"), begunRuns(), "the others go on");

        begun.get(0).alive = false;
        status("b", RunPhase.COMPLETED);
        run("a", 2, DesiredState.PAUSED);
        supervisor.tick();
        assertEquals(List.of("b", "a"), begunRuns());
    }

    /** Each holds a final model in memory. */
    @Test
    void ofManyRunsThatAreStoppedAFewEndAtATime() {
        for (int i = 0; i < 10; i++) {
            run("s" + i, i, DesiredState.STOPPED);
        }
        run("a", 0, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        assertEquals(5, begun.size(), "the one that trains and four others");
        begun.stream().filter(training -> !training.runId().equals("a")).forEach(training -> {
            training.alive = false;
            status(training.runId(), RunPhase.STOPPED);
        });
        supervisor.tick();
        assertEquals(9, begun.size());
    }

    @Test
    void aRunThatWasSetAsideIsTakenUpWhenItsTimeHasCome() {
        run("a", 2, DesiredState.RUNNING);
        setAside("a", Instant.now().minusSeconds(1));
        ownerOfAll(1);
        assertEquals(List.of("a"), begunRuns());
    }

    @Test
    void aTimeThatNoRestReachesComesOfAWrongClockAndIsNotWaitedFor() {
        run("a", 2, DesiredState.RUNNING);
        setAside("a", Instant.now().plus(Duration.ofDays(400)));
        ownerOfAll(1);
        assertEquals(List.of("a"), begunRuns());
    }

    private void setAside(String runId, Instant until) {
        status(runId, RunPhase.QUEUED);
        statuses.put(RunStatus.newBuilder(statuses.of(runId).orElseThrow())
                .setNotBefore(until)
                .build());
    }

    private void status(String runId, RunPhase phase) {
        statuses.put(RecordBuilders.status(runId, phase).build());
    }

    private List<String> begunRuns() {
        return begun.stream().map(FakeTraining::runId).toList();
    }

    private void after(Duration time) {
        now += time.toNanos();
    }

    @Test
    void onlyRunsOfOwnedPartitionsAreTrained() {
        run("run-1", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = supervisor(9);
        supervisor.tick();
        assertEquals(List.of(), begunRuns(), "nothing is owned yet");

        int own = RunPartitioner.partition("run-1", Topics.RUNS.partitions());
        supervisor.assigned(ALL.stream().filter(p -> p != own).collect(Collectors.toSet()));
        supervisor.tick();
        assertEquals(List.of(), begunRuns());

        supervisor.assigned(Set.of(own));
        supervisor.tick();
        supervisor.tick();
        assertEquals(List.of("run-1"), begunRuns(), "once");
    }

    @Test
    void theOldestRunsComeFirstAndTheOthersWaitForRoom() {
        run("young", 1, DesiredState.RUNNING);
        run("old", 3, DesiredState.RUNNING);
        run("middle", 2, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(2);
        assertEquals(List.of("old", "middle"), begunRuns());

        begun.get(0).alive = false;
        status("old", RunPhase.COMPLETED);
        supervisor.tick();

        assertEquals(List.of("old", "middle", "young"), begunRuns());
    }

    @Test
    void aRunWaitsUntilItsConstraintsAreKnown() {
        run("run-1", 1, DesiredState.RUNNING, "a");
        ownerOfAll(1);
        assertEquals(List.of(), begunRuns());
    }

    @ParameterizedTest
    @EnumSource(
            value = RunPhase.class,
            names = {"COMPLETED", "STOPPED", "FAILED"})
    void aRunThatHasEndedIsNotTakenUp(RunPhase phase) {
        run("run-1", 1, DesiredState.RUNNING);
        status("run-1", phase);
        ownerOfAll(1);
        assertEquals(List.of(), begunRuns());
    }

    @Test
    void aPausedRunIsTakenUpWhenSomethingElseIsWanted() {
        run("paused", 1, DesiredState.PAUSED);
        run("resumed", 2, DesiredState.RUNNING);
        run("stopped", 3, DesiredState.STOPPED);
        for (String runId : List.of("paused", "resumed", "stopped")) {
            status(runId, RunPhase.PAUSED);
        }
        ownerOfAll(9);
        assertEquals(List.of("stopped", "resumed"), begunRuns());
    }

    @Test
    void aRunWhoseTrainerDiedIsTakenUpAgain() {
        run("run-1", 1, DesiredState.RUNNING);
        status("run-1", RunPhase.TRAINING);
        ownerOfAll(1);
        assertEquals(List.of("run-1"), begunRuns());
    }

    @Test
    void aRunThatHasJustEndedIsNotBegunAgainBeforeItsStatusCouldBeRead() {
        run("run-1", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        status("run-1", RunPhase.TRAINING);
        begun.get(0).alive = false;
        supervisor.tick();
        after(Duration.ofSeconds(1));
        supervisor.tick();
        assertEquals(1, begun.size(), "its COMPLETED may still be on the way");

        status("run-1", RunPhase.COMPLETED);
        after(Duration.ofMinutes(1));
        supervisor.tick();
        assertEquals(1, begun.size());
    }

    @Test
    void aRunThatWasFencedHereRestsLongerThanAGroupSession() {
        restsForAbout(10, RunTraining.End.FENCED);
    }

    /** How long it rests its status says: {@link io.saddle.primaltrainer.journal.StatusLine#failed}. */
    @Test
    void aRunThatFailedIsNotBegunAgainBeforeItsStatusCouldBeRead() {
        restsForAbout(2, RunTraining.End.FAILED);
    }

    @Test
    void aRunThatFailedRestsAsItsStatusSaysAndIsStoppedAllTheSame() {
        run("run-1", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        begun.get(0).end = RunTraining.End.FAILED;
        begun.get(0).alive = false;
        setAside("run-1", Instant.now().plusSeconds(60));
        supervisor.tick();
        after(Duration.ofMinutes(20));
        supervisor.tick();
        assertEquals(1, begun.size());
        run("run-1", 1, DesiredState.STOPPED);
        supervisor.tick();
        assertEquals(2, begun.size());
    }

    @Test
    void aRunWhoseTrainerDidNotReachKafkaIsTriedEveryHalfMinute() {
        run("run-1", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        for (int tries = 1; tries <= 20; tries++) {
            begun.get(tries - 1).end = RunTraining.End.UNREACHABLE;
            begun.get(tries - 1).alive = false;
            supervisor.tick();
            after(Duration.ofSeconds(31));
            supervisor.tick();
            assertEquals(tries + 1, begun.size());
        }
    }

    @Test
    void aRunThatRestsAfterAFailureIsStoppedAtOnce() {
        run("run-1", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        begun.get(0).end = RunTraining.End.FAILED;
        begun.get(0).alive = false;
        supervisor.tick();
        assertEquals(1, begun.size());
        run("run-1", 1, DesiredState.STOPPED);
        supervisor.tick();
        assertEquals(2, begun.size());
    }

    @Test
    void aRunThatWaitsForRoomIsStoppedOrPausedWithoutIt() {
        run("old", 3, DesiredState.RUNNING);
        run("young", 2, DesiredState.RUNNING);
        run("youngest", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        assertEquals(List.of("old"), begunRuns());
        run("young", 2, DesiredState.STOPPED);
        run("youngest", 1, DesiredState.PAUSED);
        supervisor.tick();
        assertEquals(List.of("old", "young", "youngest"), begunRuns());
    }

    /** A run that ends like this is taken up again after so many seconds, give or take one. */
    private void restsForAbout(int seconds, RunTraining.End end) {
        run("run-1", 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(1);
        begun.get(0).end = end;
        begun.get(0).alive = false;
        supervisor.tick();
        after(Duration.ofSeconds(seconds - 1));
        supervisor.tick();
        assertEquals(1, begun.size());
        after(Duration.ofSeconds(2));
        supervisor.tick();
        assertEquals(2, begun.size());
    }

    @Test
    void revokedRunsAreHandedOverAndTheOthersGoOn() throws InterruptedException {
        run("run-1", 2, DesiredState.RUNNING);
        int partition = RunPartitioner.partition("run-1", Topics.RUNS.partitions());
        String elsewhere = IntStream.range(2, 100)
                .mapToObj(i -> "run-" + i)
                .filter(id -> RunPartitioner.partition(id, Topics.RUNS.partitions()) != partition)
                .findFirst()
                .orElseThrow();
        run(elsewhere, 1, DesiredState.RUNNING);
        RunSupervisor supervisor = ownerOfAll(9);

        supervisor.revoked(Set.of(partition), Duration.ofSeconds(5));

        assertTrue(begun.get(0).handover);
        assertFalse(begun.get(0).alive);
        assertFalse(begun.get(1).handover);
        assertTrue(begun.get(1).alive);
        after(Duration.ofMinutes(1));
        supervisor.tick();
        assertEquals(2, begun.size(), "a revoked run is not begun again here");
    }

    @Test
    void ofFiftyRunsDefinedAtOnceSoManyAreTrainedInTheOrderOfTheirSubmission() {
        List<String> bySubmission = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            // Neither names nor partitions come in the order of the submissions.
            String runId = "run-" + i * 37 % 50;
            run(runId, 1000 - i, DesiredState.RUNNING);
            bySubmission.add(runId);
        }
        RunSupervisor supervisor = supervisor(3);
        supervisor.assigned(ALL);
        for (int ended = 0; ended < 50; ended++) {
            supervisor.tick();
            supervisor.tick();
            assertEquals(bySubmission.subList(0, Math.min(50, ended + 3)), begunRuns());
            assertTrue(begun.stream().filter(FakeTraining::isAlive).count() <= 3);
            begun.get(ended).alive = false;
            status(begun.get(ended).runId(), RunPhase.COMPLETED);
        }
        supervisor.tick();
        assertEquals(50, begun.size(), "each once");
    }

    @Test
    void slotsAreComputedWhereNoRunTakesTheSeatForItself() {
        RunSupervisor supervisor = supervisor(2);
        assertEquals(0, supervisor.seatsForSlots(), "nobody has looked yet");
        supervisor.assigned(ALL);
        supervisor.tick();
        assertEquals(2, supervisor.seatsForSlots());
        slotted.add("wide");
        run("wide", 2, DesiredState.RUNNING);
        run("narrow", 1, DesiredState.RUNNING);
        supervisor.tick();
        assertEquals(2, begun.size());
        assertEquals(1, supervisor.seatsForSlots(), "the run with slots leaves its seat to whatever slots there are");
    }
}
