package io.saddle.console.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Artifact;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotRoundsTest {

    private static final int SLOTS = 3;
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private final SlotRounds rounds = new SlotRounds();

    private static SlotTask task(long step, int slot, int attempt, long second) {
        return task("round-" + step, step, slot, attempt, second);
    }

    private static SlotTask task(String round, long step, int slot, int attempt, long second) {
        return SlotTask.newBuilder()
                .setRunId("r")
                .setRound(round)
                .setStep(step)
                .setSteps(20)
                .setSlot(slot)
                .setSlots(SLOTS)
                .setAttempt(attempt)
                .setBase(new Artifact("file:/nowhere", "0".repeat(64), 1000L))
                .setStepsBefore(0)
                .setPrecision("fp32")
                .setDualStep(step / 20)
                .setStaleSteps(0)
                .setConstraints(List.of())
                .setWorker("trainer-1")
                .setAnnouncedAt(NOON.plusSeconds(second))
                .build();
    }

    private static SlotResult.Builder result(long step, int slot, String worker) {
        return RecordBuilders.slotResult("r", step, slot).setWorker(worker).setComputedAt(NOON);
    }

    private static SlotResult done(long step, int slot, String worker) {
        return result(step, slot, worker)
                .setState(new Artifact("file:/nowhere", "0".repeat(64), 100L))
                .setComputeMillis(1500)
                .build();
    }

    private void give(long step, long second) {
        for (int slot = 0; slot < SLOTS; slot++) {
            rounds.put(task(step, slot, 0, second));
        }
    }

    private RunSlots view() {
        return view(60);
    }

    private RunSlots view(long second) {
        return rounds.of("r", SLOTS, NOON.plusSeconds(second));
    }

    private List<RunSlots.State> states() {
        return view().round().slots().stream().map(RunSlots.Slot::state).toList();
    }

    private static final RunSlots.State GIVEN = RunSlots.State.GIVEN;
    private static final RunSlots.State DONE = RunSlots.State.DONE;

    @Test
    void ofARunWithoutRoundsThereIsNone() {
        RunSlots view = rounds.of("other", 1, NOON);

        assertEquals(1, view.slots());
        assertNull(view.round());
        assertEquals(new RunSlots.Sums(0, 0, 0, null, 0, Map.of(), null), view.sums());
    }

    @Test
    void aSlotIsGivenAndThenDoneBySomebody() {
        give(20, 0);
        rounds.put(done(20, 1, "trainer-2"));

        RunSlots.Round round = view(14).round();
        assertEquals(20, round.step());
        assertEquals(20, round.steps());
        assertEquals(
                new RunSlots.Slot(0, GIVEN, 0, null, null, null, NOON, 14_000L),
                round.slots().get(0));
        assertEquals(
                new RunSlots.Slot(1, DONE, 0, "trainer-2", 1500L, 100L, NOON, null),
                round.slots().get(1));
        assertEquals(new RunSlots.Sums(1, 1, 100, 300L, 0, Map.of("trainer-2", 1L), null), view().sums());
    }

    @Test
    void aResultMayComeBeforeItsTask() {
        rounds.put(done(20, 2, "trainer-1"));
        assertEquals(List.of(GIVEN, GIVEN, DONE), states());
        assertNull(view().round().slots().get(0).waitingMillis(), "nobody knows since when");

        give(20, 50);

        assertEquals(List.of(GIVEN, GIVEN, DONE), states());
        assertEquals(20, view().round().steps());
        assertEquals(10_000L, view().round().slots().get(0).waitingMillis());
        assertEquals(1, view().sums().rounds());
    }

    @Test
    void whatComesTwiceCountsOnceAndTheFirstResultOfASlotCounts() {
        for (int time = 0; time < 2; time++) {
            give(20, 0);
            rounds.put(task(20, 1, 1, 5));
            rounds.put(done(20, 1, "trainer-1"));
        }
        rounds.put(SlotResult.newBuilder(done(20, 1, "trainer-2")).setAttempt(1).build());

        assertEquals("trainer-1", view().round().slots().get(1).worker());
        assertEquals(new RunSlots.Sums(1, 1, 100, 300L, 1, Map.of("trainer-1", 1L), null), view().sums());
    }

    /** They lie on different partitions. */
    @Test
    void attemptsCountInAnyOrder() {
        rounds.put(task(20, 1, 2, 20));
        rounds.put(task(20, 1, 0, 0));
        rounds.put(task(20, 1, 1, 10));

        assertEquals(2, view().sums().givenAgain());
        RunSlots.Slot slot = view(34).round().slots().get(1);
        assertEquals(2, slot.attempt());
        assertEquals(14_000L, slot.waitingMillis(), "since the last time");
    }

    @Test
    void aNewerStepOpensARoundByATaskOrAResultAndAnOlderOneDoesNot() {
        give(20, 0);
        give(40, 10);
        assertEquals(40, view().round().step());
        rounds.put(task(20, 0, 0, 0));
        assertEquals(40, view().round().step());

        rounds.put(done(60, 0, "trainer-1"));
        assertEquals(60, view().round().step());
        give(40, 0);
        rounds.put(done(20, 0, "trainer-1"));
        rounds.put(SlotResult.newBuilder(done(20, 0, "trainer-1"))
                .setRound("another")
                .build());

        assertEquals(60, view().round().step());
        assertEquals(3, view().sums().rounds());
        assertEquals(Map.of("trainer-1", 1L), view().sums().doneBy());
    }

    /** Results may be read after the tasks that follow from them. */
    @Test
    void theLastResultOfTheRoundBeforeStillCounts() {
        give(20, 0);
        give(40, 10);
        rounds.put(done(20, 0, "trainer-2"));
        rounds.put(done(20, 0, "trainer-2"));

        assertEquals(40, view().round().step());
        assertEquals(List.of(GIVEN, GIVEN, GIVEN), states());
        assertEquals(Map.of("trainer-2", 1L), view().sums().doneBy());
    }

    @Test
    void aRunThatIsTakenUpAgainFromAnOlderCheckpointOpensAnOlderRound() {
        give(40, 0);
        rounds.put(task("round-20-again", 20, 0, 0, 30));
        assertEquals(20, view().round().step());
        rounds.put(task("round-20-with-other-constraints", 20, 0, 0, 40));
        assertEquals(3, view().sums().rounds());
    }

    @Test
    void whoCouldNotDoASlotIsNamedAndTheSlotIsStillToBeDone() {
        give(20, 0);
        rounds.put(result(20, 2, "trainer-2").setProblem("x".repeat(10_000)).build());

        assertEquals(List.of(GIVEN, GIVEN, GIVEN), states());
        assertEquals(
                new RunSlots.Problem(20, 2, "trainer-2", "x".repeat(500)),
                view().sums().lastProblem());
        rounds.put(result(20, 0, "trainer-1").setNonFiniteStep(27L).build());
        assertEquals(
                "loss or gradient of step 27 is not finite",
                view().sums().lastProblem().problem());
        rounds.put(result(20, 0, "trainer-1").build());
        assertEquals("left no state", view().sums().lastProblem().problem());
        assertEquals(0, view().sums().slotsDone());
    }

    @Test
    void slotsThatThereCannotBeAreNoneOfTheRound() {
        for (int slot : new int[] {-1, 64, Integer.MAX_VALUE}) {
            rounds.put(task(20, slot, 0, 0));
            rounds.put(done(20, slot, "trainer-1"));
        }
        rounds.put(task(20, 0, -1, 0));

        assertNull(view().round());
        assertEquals(0, view().sums().rounds());
        rounds.put(done(20, 40, "trainer-1"));
        assertEquals(List.of(GIVEN, GIVEN, GIVEN), states(), "the run has three");
    }

    @Test
    void aRunThatIsOverIsForgottenAndSoAreTheOldestOfVeryManyAndTheirTrainers() {
        give(20, 0);
        rounds.forget("r");
        assertNull(view().round());

        give(20, 0);
        for (int run = 0; run < SlotRounds.RUNS; run++) {
            rounds.put(SlotTask.newBuilder(task(20, 0, 0, 0))
                    .setRunId("other-" + run)
                    .build());
        }
        assertNull(view().round());

        for (int worker = 0; worker < 2 * RunRounds.WORKERS; worker++) {
            rounds.put(done(worker, 0, "trainer-" + worker));
        }
        assertEquals(RunRounds.WORKERS, view().sums().doneBy().size());
        assertTrue(view().sums().doneBy().containsKey("trainer-" + (2 * RunRounds.WORKERS - 1)));
        assertEquals(2 * RunRounds.WORKERS, view().sums().slotsDone());
    }
}
