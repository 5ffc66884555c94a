package io.saddle.lab.bench.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.run.spec.RunSpec;
import io.saddle.stack.Distribution;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RunTaskTest {

    /** The script draws its samples in the precision that it trains in. */
    @Test
    void trainingAndSamplingHaveThePrecisionThatBothSidesAreToldOf() throws IOException {
        RunTask task = RunTask.of(Distribution.locate().examples().resolve("mnist-unconstrained.yaml"), 40, 20, 8);
        assertEquals(
                RunSpec.Precision.valueOf(task.precision().name()),
                task.spec().training().precision());
        assertEquals(
                task.spec().training().precision(), task.spec().evaluation().precision());
        assertEquals(40, task.steps());
        assertEquals(20, task.spec().training().warmupSteps());
    }
}
