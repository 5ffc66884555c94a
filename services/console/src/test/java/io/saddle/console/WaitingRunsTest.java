package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.run.RunTables;
import io.saddle.schema.Artifact;
import io.saddle.schema.DesiredState;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingRunsTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final RunTables tables = new RunTables();
    private final Map<String, RunStatus> statuses = new HashMap<>();
    private final Set<String> gone = new HashSet<>();
    private int submitted;

    private void run(String runId, int priority, String by, DesiredState desired, RunPhase phase) {
        Instant at = NOW.minusSeconds(1000).plusSeconds(submitted++);
        tables.put(RecordBuilders.run(runId)
                .setDesiredState(desired)
                .setSubmittedAt(at)
                .setUpdatedAt(at)
                .setSubmittedBy(by)
                .setPriority(priority)
                .build());
        if (phase != null) {
            statuses.put(
                    runId, RecordBuilders.status(runId, phase).setUpdatedAt(at).build());
        }
    }

    private static EvaluatorAnnouncement trainer(int seats, int runsPerSubmitter) {
        return EvaluatorAnnouncement.newBuilder()
                .setInstance("primal-trainer@host-1")
                .setEvaluators(List.of())
                .setBuild("")
                .setHeartbeatSeconds(10)
                .setAnnouncedAt(NOW)
                .setSeats(seats)
                .setRunsPerSubmitter(runsPerSubmitter)
                .build();
    }

    private boolean hasGone(RunStatus status) {
        return gone.contains(status.getWorker());
    }

    private static EvaluatorAnnouncement named(String worker) {
        return EvaluatorAnnouncement.newBuilder(trainer(1, 0)).setWorker(worker).build();
    }

    private void trainedBy(String worker, String runId) {
        statuses.computeIfPresent(
                runId,
                (id, status) -> RunStatus.newBuilder(status)
                        .setWorker(worker)
                        .setCheckpoint(new KeptCheckpoint(4000L, new Artifact("file:///store", "00ff", 1L)))
                        .build());
    }

    private String place(String runId, EvaluatorAnnouncement... trainers) {
        return WaitingRuns.of(
                        tables, id -> Optional.ofNullable(statuses.get(id)), List.of(trainers), this::hasGone, NOW)
                .of(runId)
                .map(place -> place.place() + "/" + place.of() + " " + place.reason())
                .orElse("none");
    }

    @Test
    void runsWaitInTheOrderOfPriorityAndAge() {
        run("at-work", 0, null, DesiredState.RUNNING, RunPhase.TRAINING);
        run("old", 0, null, DesiredState.RUNNING, null);
        run("young", 0, null, DesiredState.RUNNING, RunPhase.QUEUED);
        run("urgent", 3, null, DesiredState.RUNNING, null);
        assertEquals("1/3 the only trainer's seat is taken", place("urgent", trainer(1, 0)));
        assertEquals("2/3 the only trainer's seat is taken", place("old", trainer(1, 0)));
        assertEquals("3/3 the only trainer's seat is taken", place("young", trainer(1, 0)));
        assertEquals("none", place("at-work", trainer(1, 0)));
    }

    @Test
    void whatDoesNotWaitForASeatHasNoPlace() {
        run("paused", 0, null, DesiredState.PAUSED, null);
        run("ended", 0, null, DesiredState.RUNNING, RunPhase.COMPLETED);
        run("set-aside", 0, null, DesiredState.RUNNING, RunPhase.QUEUED);
        statuses.computeIfPresent(
                "set-aside",
                (id, status) -> RunStatus.newBuilder(status)
                        .setNotBefore(NOW.plusSeconds(60))
                        .build());
        for (String runId : List.of("paused", "ended", "set-aside")) {
            assertEquals("none", place(runId, trainer(1, 0)));
        }
    }

    @Test
    void aFreeSeatIsPromisedToAsManyAsThereAre() {
        run("first", 0, null, DesiredState.RUNNING, null);
        run("second", 0, null, DesiredState.RUNNING, null);
        assertEquals("1/2 a trainer with a free seat takes it up within seconds", place("first", trainer(1, 0)));
        assertEquals("2/2 the free seats go to those before it", place("second", trainer(1, 0)));
    }

    @Test
    void whatWasPausedAndIsToGoOnWaitsAndWhatIsAboutToPauseStillHasItsSeat() {
        run("resumed", 0, null, DesiredState.RUNNING, RunPhase.PAUSED);
        run("pausing", 0, null, DesiredState.PAUSED, RunPhase.TRAINING);
        assertEquals("1/1 the only trainer's seat is taken", place("resumed", trainer(1, 0)));
        assertEquals("none", place("pausing", trainer(1, 0)));
        assertEquals(RunPhase.QUEUED, shown("resumed", RunPhase.PAUSED));
        assertEquals(RunPhase.TRAINING, shown("pausing", RunPhase.TRAINING));
        assertEquals(RunPhase.PAUSED, shown("pausing", RunPhase.PAUSED));
    }

    private RunPhase shown(String runId, RunPhase said) {
        return WaitingRuns.shown(
                tables.run(runId).orElseThrow(),
                Optional.of(RecordBuilders.status(runId, said).build()),
                this::hasGone);
    }

    @Test
    void theReasonIsTheNearestOne() {
        run("one", 0, "ada", DesiredState.RUNNING, RunPhase.WAITING_FOR_MULTIPLIERS);
        run("two", 0, "ada", DesiredState.RUNNING, null);
        run("three", 0, "bob", DesiredState.RUNNING, null);
        assertEquals("1/2 no trainer is there", place("two"));
        assertEquals("1/2 ada has 1 run in training, which is all that one may have", place("two", trainer(4, 1)));
        assertEquals("2/2 a trainer with a free seat takes it up within seconds", place("three", trainer(4, 1)));
        run("four", 0, "bob", DesiredState.RUNNING, RunPhase.TRAINING);
        assertEquals("1/2 all 2 seats of the trainers are taken", place("two", trainer(1, 0), trainer(1, 0)));
        assertEquals("1/2 trainers of an older build say nothing of their seats", place("two", trainer(0, 0)));
        assertEquals(
                "1/2 trainers of an older build say nothing of their seats",
                place("two", trainer(0, 0), trainer(1, 0)),
                "runs are shared by partition then, whatever seat is free");
    }

    /** It was TRAINING for as long as others held the seats, and those behind it were told that they were the first. */
    @Test
    void aRunWhoseTrainerHasGoneWaitsInItsPlaceLikeAQueuedOne() {
        run("pipe", 0, null, DesiredState.RUNNING, RunPhase.TRAINING);
        run("hi", 10, null, DesiredState.RUNNING, RunPhase.TRAINING);
        run("later", 0, null, DesiredState.RUNNING, null);
        trainedBy("killed", "pipe");
        trainedBy("next", "hi");
        gone.add("killed");
        assertEquals(
                "1/2 its trainer 'killed' has gone, and another goes on from its checkpoint of step 4000;"
                        + " the only trainer's seat is taken",
                place("pipe", named("next")));
        assertEquals("2/2 the only trainer's seat is taken", place("later", named("next")));
        assertEquals("none", place("hi", named("next")));
        assertEquals(
                RunPhase.QUEUED,
                WaitingRuns.shown(tables.run("pipe").orElseThrow(), Optional.of(statuses.get("pipe")), this::hasGone));
    }

    /** "All 2 seats are taken" was said where there was one, and a free seat promised where there was none. */
    @Test
    void aRunTakesASeatOfATrainerThatIsThere() {
        run("lost", 0, "ada", DesiredState.RUNNING, RunPhase.TRAINING);
        run("waits", 0, null, DesiredState.RUNNING, null);
        trainedBy("killed", "lost");
        assertEquals(
                "1/1 a trainer with a free seat takes it up within seconds",
                place("waits", named("next")),
                "it is not known yet whether the one who has the run has gone");
        trainedBy("next", "lost");
        assertEquals("1/1 the only trainer's seat is taken", place("waits", named("next")));
        assertEquals(
                "1/1 the only trainer's seat is taken",
                place("waits", trainer(1, 0)),
                "it does not say its name, and the run may be its");
    }

    @Test
    void aRunThatIsToRestIsNotInTheQueueWhenItsTrainerHasGone() {
        run("pausing", 0, "ada", DesiredState.PAUSED, RunPhase.TRAINING);
        run("waits", 0, "ada", DesiredState.RUNNING, null);
        trainedBy("killed", "pausing");
        gone.add("killed");
        assertEquals("none", place("pausing", trainer(1, 1)));
        assertEquals(
                "1/1 a trainer with a free seat takes it up within seconds",
                place("waits", trainer(1, 1)),
                "no seat is taken, nor the quota");
    }
}
