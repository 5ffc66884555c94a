package io.saddle.primaltrainer.multipliers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.spec.RunSpecParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultiplierChoiceTest {

    private static final long N = 20;
    private static final Map<String, Long> ACTIVE = Map.of("a", 0L);
    private static final Map<String, Long> NONE = Map.of();

    private final MultiplierChoice lockstep = choice("LOCKSTEP");
    private final MultiplierChoice async = choice("ASYNC");
    private final MultiplierChoice pipelined = choice("PIPELINED, delay: 2");
    private final MultiplierLog log = new MultiplierLog(Vectors.initial());

    private static MultiplierChoice choice(String mode) {
        return new MultiplierChoice(new RunSpecParser()
                .parse("run.yaml", "{name: r, dual: {mode: " + mode + ", primalSteps: " + N + ", maxStaleSteps: 100}}")
                .dual());
    }

    private static Optional<Long> dualStep(Optional<MultiplierVector> vector) {
        return vector.map(MultiplierVector::dualStep);
    }

    @Test
    void lockstepTakesExactlyTheVectorOfTheStepsDoneOverN() {
        for (long dualStep = 1; dualStep <= 5; dualStep++) {
            log.add(Vectors.update(dualStep, N * dualStep, 0.1 * dualStep), 0);
        }
        for (long done = 0; done < 100; done++) {
            long applied = Math.max(0, done - 1) / N;
            assertEquals(Optional.of(done / N), dualStep(lockstep.next(done, applied, ACTIVE, log)));
        }
    }

    @Test
    void inLockstepAVectorThatComesAfterItsDualPointWasPassedOverIsNotTakenInMidInterval() {
        assertEquals(0, lockstep.next(20, 0, NONE, log).orElseThrow().dualStep());
        log.add(Vectors.update(1, 20, 0.25), 0);
        for (long done : new long[] {21, 30, 39}) {
            assertEquals(
                    Map.of(), lockstep.next(done, 0, NONE, log).orElseThrow().multipliers());
        }
    }

    @Test
    void aDualPointIsPassedOverUndecidedOnlyWhileItsVectorMayStillCome() {
        assertFalse(lockstep.passesUndecided(20, 1, log), "its vector is taken");
        assertTrue(lockstep.passesUndecided(20, 0, log));
        assertFalse(lockstep.passesUndecided(21, 0, log), "no dual point");
        assertFalse(async.passesUndecided(20, 0, log), "ASYNC promises no replay");
        log.add(Vectors.update(2, 40, 0.25), 0);
        assertFalse(lockstep.passesUndecided(20, 0, log), "vectors come in order: that one never will");
    }

    @Test
    void lockstepWaitsForTheNextVectorAtItsDualPoint() {
        assertEquals(Optional.empty(), lockstep.next(20, 0, ACTIVE, log));
        log.add(Vectors.update(1, 20, 0.25), 0);
        assertEquals(Optional.of(1L), dualStep(lockstep.next(20, 0, ACTIVE, log)));
        assertEquals(Optional.of(1L), dualStep(lockstep.next(39, 1, ACTIVE, log)));
        assertEquals(Optional.empty(), lockstep.next(40, 1, ACTIVE, log));
    }

    @Test
    void lockstepIsUnconstrainedWhereADualStepWasPassedOver() {
        log.add(Vectors.update(1, 20, 0.25), 0);
        // No constraint was in force from step 40 to 60.
        log.add(Vectors.update(3, 60, 0.5), 0);
        for (long done : new long[] {40, 41, 59}) {
            MultiplierVector vector = lockstep.next(done, 1, ACTIVE, log).orElseThrow();
            assertEquals(Map.of(), vector.multipliers());
            assertEquals(1, vector.dualStep(), "that of the last vector there was");
        }
        assertEquals(Optional.of(3L), dualStep(lockstep.next(60, 1, ACTIVE, log)));
    }

    @Test
    void inLockstepAConstraintThatComesBetweenTwoDualPointsWaitsForTheNext() {
        assertEquals(Map.of(), lockstep.next(25, 0, ACTIVE, log).orElseThrow().multipliers());
        assertEquals(Optional.empty(), lockstep.next(40, 0, ACTIVE, log));
    }

    @Test
    void inLockstepAConstraintThatLeavesIsInForceUntilTheNextDualPoint() {
        log.add(Vectors.update(1, 20, 0.25), 0);
        assertEquals(
                Map.of("a", 0.25), lockstep.next(30, 1, NONE, log).orElseThrow().multipliers());
        assertEquals(Map.of(), lockstep.next(40, 1, NONE, log).orElseThrow().multipliers());
    }

    @Test
    void pipelinedTakesTheVectorOfSoManyDualPointsBefore() {
        for (long dualStep = 1; dualStep <= 5; dualStep++) {
            log.add(Vectors.update(dualStep, N * dualStep, 0.1 * dualStep), 0);
        }
        for (long done = 0; done < 140; done++) {
            long wanted = Math.max(0, done / N - 2);
            long applied = Math.max(0, Math.max(0, done - 1) / N - 2);
            assertEquals(Optional.of(wanted), dualStep(pipelined.next(done, applied, ACTIVE, log)));
        }
    }

    @Test
    void pipelinedWaitsOnlyForAVectorThatIsLaterThanItsDelay() {
        assertEquals(Optional.of(0L), dualStep(pipelined.next(59, 0, ACTIVE, log)));
        assertEquals(Optional.empty(), pipelined.next(60, 0, ACTIVE, log));
        log.add(Vectors.update(1, 20, 0.25), 0);
        assertEquals(Optional.of(1L), dualStep(pipelined.next(60, 0, ACTIVE, log)));
        assertEquals(Optional.of(1L), dualStep(pipelined.next(79, 1, ACTIVE, log)));
        assertEquals(Optional.empty(), pipelined.next(80, 1, ACTIVE, log));
    }

    @Test
    void pipelinedPassesOverAVectorThatNoConstraintWasThereFor() {
        assertEquals(Map.of(), pipelined.next(60, 0, NONE, log).orElseThrow().multipliers());
        assertTrue(pipelined.passesUndecided(60, 0, log), "that of the snapshot after step 20 may still be made");
        log.add(Vectors.update(1, 20, 0.25), 0);
        assertEquals(Map.of(), pipelined.next(79, 0, NONE, log).orElseThrow().multipliers());
        log.add(Vectors.update(3, 60, 0.75), 0);
        assertEquals(Map.of(), pipelined.next(80, 0, ACTIVE, log).orElseThrow().multipliers(), "2 was never made");
        assertFalse(pipelined.passesUndecided(80, 0, log));
        assertEquals(Optional.of(3L), dualStep(pipelined.next(100, 0, ACTIVE, log)));
    }

    @Test
    void noSnapshotIsDueWhoseVectorNoStepWouldTake() {
        assertTrue(lockstep.isDue(80, 81));
        assertFalse(lockstep.isDue(80, 80));
        assertTrue(pipelined.isDue(40, 81));
        assertFalse(pipelined.isDue(40, 80));
        assertFalse(pipelined.isDue(41, 1000));
        assertTrue(async.isDue(80, 81));
    }

    @Test
    void asyncTakesTheNewestVector() {
        assertEquals(Optional.of(0L), dualStep(async.next(0, 0, ACTIVE, log)));
        log.add(Vectors.update(1, 20, 0.25), 0);
        log.add(Vectors.update(2, 40, 0.5), 0);
        assertEquals(Optional.of(2L), dualStep(async.next(41, 1, ACTIVE, log)));
        log.add(Vectors.update(1, 20, 9), 0);
        assertEquals(Optional.of(2L), dualStep(async.next(42, 2, ACTIVE, log)));
    }

    @Test
    void asyncTakesNoneOlderThanTheLastOneWhileTheLogIsStillRead() {
        assertEquals(Optional.empty(), async.next(60, 3, ACTIVE, log));
        log.add(Vectors.update(2, 40, 0.5), 0);
        assertEquals(Optional.empty(), async.next(60, 3, ACTIVE, log));
        log.add(Vectors.update(3, 60, 0.75), 0);
        assertEquals(Optional.of(3L), dualStep(async.next(60, 3, ACTIVE, log)));
    }

    @Test
    void asyncWaitsOnceTheNewestIsStalerThanTheLimit() {
        log.add(Vectors.update(1, 20, 0.25), 0);
        assertTrue(async.next(120, 1, ACTIVE, log).isPresent(), "100 steps stale is the limit");
        assertEquals(Optional.empty(), async.next(121, 1, ACTIVE, log));
        log.add(Vectors.update(2, 21, 0.5), 0);
        assertTrue(async.next(121, 1, ACTIVE, log).isPresent());
    }

    @Test
    void noneOfTheStepsThatAreTakenTogetherTakesAStalerVectorThanTheRunAllows() {
        MultiplierChoice rounds = new MultiplierChoice(async.dual(), N);
        log.add(Vectors.update(1, 20, 0.25), 0);
        assertTrue(rounds.next(101, 1, ACTIVE, log).isPresent(), "the last of the 20 steps is 100 stale");
        assertEquals(Optional.empty(), rounds.next(102, 1, ACTIVE, log));
    }

    @Test
    void aConstraintThatCameLateIsAsOldAsItsComingUntilItIsMoved() {
        log.add(Vectors.update(1, 950, 0.25), 0);
        assertTrue(async.next(1000, 1, Map.of("a", 0L, "b", 910L), log).isPresent());
        assertEquals(Optional.empty(), async.next(1011, 1, Map.of("a", 0L, "b", 910L), log));
    }

    @Test
    void whatIsNoLongerRequiredKeepsNobodyWaiting() {
        log.add(Vectors.update(1, 20, Map.of("a", 0.25, "b", 0.5)), 0);
        log.add(Vectors.update(2, 980, 0.75), 0);
        assertTrue(async.next(1000, 2, ACTIVE, log).isPresent());
    }

    @Test
    void aRunWithoutAnActiveConstraintWaitsForNobody() {
        for (MultiplierChoice choice : List.of(lockstep, async)) {
            assertEquals(Map.of(), choice.next(1000, 0, NONE, log).orElseThrow().multipliers());
        }
    }

    @Test
    void aDualPointIsEveryNthStep() {
        assertFalse(lockstep.isDualPoint(0));
        assertFalse(lockstep.isDualPoint(19));
        assertTrue(lockstep.isDualPoint(20));
        assertFalse(lockstep.isDualPoint(21));
        assertTrue(async.isDualPoint(40));
    }
}
