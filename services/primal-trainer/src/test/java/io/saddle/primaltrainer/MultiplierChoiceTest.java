package io.saddle.primaltrainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.spec.RunSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultiplierChoiceTest {

    private static final long N = 20;

    private final MultiplierChoice lockstep = new MultiplierChoice(RunSpec.Mode.LOCKSTEP, N, 100);
    private final MultiplierChoice async = new MultiplierChoice(RunSpec.Mode.ASYNC, N, 100);
    private final MultiplierLog log = new MultiplierLog();

    private static Optional<Long> dualStep(Optional<MultiplierVector> vector) {
        return vector.map(MultiplierVector::dualStep);
    }

    @Test
    void lockstepTakesExactlyTheVectorOfTheStepsDoneOverN() {
        for (long dualStep = 1; dualStep <= 5; dualStep++) {
            log.add(Vectors.update(dualStep, N * dualStep, 0.1 * dualStep));
        }
        for (long done = 0; done < 100; done++) {
            assertEquals(Optional.of(done / N), dualStep(lockstep.next(done, 0, true, log)));
        }
    }

    @Test
    void lockstepWaitsForItsVectorHoweverNewTheOthersAre() {
        log.add(Vectors.update(2, 40, 0.5));
        assertEquals(Optional.empty(), lockstep.next(20, 0, true, log));
        log.add(Vectors.update(1, 20, 0.25));
        assertEquals(Optional.of(1L), dualStep(lockstep.next(20, 0, true, log)));
        assertEquals(Optional.of(1L), dualStep(lockstep.next(39, 1, true, log)));
        assertEquals(Optional.of(2L), dualStep(lockstep.next(40, 1, true, log)));
    }

    @Test
    void asyncTakesTheNewestVector() {
        assertEquals(Optional.of(0L), dualStep(async.next(0, 0, true, log)));
        log.add(Vectors.update(1, 20, 0.25));
        log.add(Vectors.update(2, 40, 0.5));
        assertEquals(Optional.of(2L), dualStep(async.next(41, 1, true, log)));
        log.add(Vectors.update(1, 20, 9));
        assertEquals(Optional.of(2L), dualStep(async.next(42, 2, true, log)));
    }

    @Test
    void asyncTakesNoneOlderThanTheLastOneWhileTheLogIsStillRead() {
        assertEquals(Optional.empty(), async.next(60, 3, true, log));
        log.add(Vectors.update(2, 40, 0.5));
        assertEquals(Optional.empty(), async.next(60, 3, true, log));
        log.add(Vectors.update(3, 60, 0.75));
        assertEquals(Optional.of(3L), dualStep(async.next(60, 3, true, log)));
    }

    @Test
    void asyncWaitsOnceTheNewestIsStalerThanTheLimit() {
        log.add(Vectors.update(1, 20, 0.25));
        assertTrue(async.next(120, 1, true, log).isPresent(), "100 steps stale is the limit");
        assertEquals(Optional.empty(), async.next(121, 1, true, log));
        log.add(Vectors.update(2, 21, 0.5));
        assertTrue(async.next(121, 1, true, log).isPresent());
    }

    @Test
    void aRunWithoutAnActiveConstraintWaitsForNobody() {
        assertEquals(Optional.of(MultiplierVector.INITIAL), lockstep.next(1000, 0, false, log));
        assertEquals(Optional.of(MultiplierVector.INITIAL), async.next(1000, 0, false, log));
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
