package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import org.junit.jupiter.api.Test;

class SoakSpecTest {

    private static RunSpec parsed(SoakSpec spec) {
        return new RunSpecParser().parse("soak", spec.yaml());
    }

    @Test
    void shouldBeAValidRunOfTheStepsAsked() {
        RunSpec run = parsed(SoakSpec.of("some", 240));
        assertEquals("some", run.name());
        assertEquals(240, run.training().steps());
        assertEquals(RunSpec.Mode.LOCKSTEP, run.dual().mode());
        assertEquals(2, run.constraints().size());
    }

    @Test
    void shouldChangeOneValueAndLeaveTheFirstSpecificationAlone() {
        SoakSpec first = SoakSpec.of("some", 240);
        SoakSpec other = first.in(RunSpec.Mode.ASYNC).with("/constraints/0/threshold", 0.25);
        assertEquals(RunSpec.Mode.ASYNC, parsed(other).dual().mode());
        assertEquals(0.25, parsed(other).constraints().get(0).threshold());
        assertEquals(RunSpec.Mode.LOCKSTEP, parsed(first).dual().mode());
    }

    @Test
    void shouldRefuseAPlaceThatThereIsNot() {
        SoakSpec spec = SoakSpec.of("some", 240);
        assertThrows(IllegalArgumentException.class, () -> spec.with("/nowhere/steps", 1));
    }
}
