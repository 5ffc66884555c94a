package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.stack.testing.RecordBuilders;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LockstepCheckTest {

    private static final RunSpec SPEC = new RunSpecParser().parse("test", """
            name: r
            dual: {mode: LOCKSTEP, primalSteps: 20, learningRate: 0.5, optimizer: gradient-ascent}
            constraints:
              - {id: four, threshold: 0.25, data: {classes: {4: {count: 50}}}}
              - {id: five, threshold: 0.5, data: {classes: {5: {count: 50}}}}
            """);

    /** At every dual step half a loss above the threshold, so that a multiplier rises by a quarter. */
    private final LockstepCheck check = new LockstepCheck(SPEC, (constraint, dualStep) -> constraint.threshold() + 0.5);

    private static ConstraintMultiplier row(String id, double before, double after, double loss) {
        return RecordBuilders.multiplier(id, before, after).setLoss(loss).build();
    }

    private static MultiplierUpdate update(long dualStep, double before, double after) {
        return RecordBuilders.update(
                        "r", dualStep, 20 * dualStep, row("five", before, after, 1), row("four", before, after, 0.75))
                .build();
    }

    @Test
    void updatesThatTheDualRuleMakesOfTheLossesAreRight() {
        Stream.of(update(1, 0, 0.25), update(2, 0.25, 0.5)).forEach(check);

        assertEquals(List.of(), check.problems());
        assertEquals(2, check.dualStep());
    }

    @Test
    void aDualStepThatComesTwiceIsFound() {
        Stream.of(update(1, 0, 0.25), update(1, 0, 0.25)).forEach(check);

        assertEquals(List.of("run r, dual step 1: dual step 2 was to come"), check.problems());
    }

    @Test
    void aDualStepThatIsMissingIsFoundOnce() {
        Stream.of(update(1, 0, 0.25), update(3, 0.5, 0.75)).forEach(check);

        assertEquals(List.of("run r, dual step 3: dual step 2 was to come"), check.problems());
    }

    @Test
    void aMultiplierThatIsOffByTheLeastIsFound() {
        check.accept(update(1, 0, Math.nextUp(0.25)));

        assertEquals(
                "run r, dual step 1: five went from 0.0 to 0.25000000000000006 by a loss of 1.0,"
                        + " not from 0.0 to 0.25 by a loss of 1.0",
                check.problems().get(0));
        assertEquals(2, check.problems().size());
    }

    @Test
    void anUpdateOfAnotherSnapshotOrWithoutARowIsFound() {
        check.accept(
                RecordBuilders.update("r", 1, 40, row("four", 0, 0.25, 0.75)).build());

        assertEquals(
                List.of(
                        "run r, dual step 1: made of the snapshot of step 40",
                        "run r, dual step 1: has rows of 1 constraints"),
                check.problems());
    }
}
