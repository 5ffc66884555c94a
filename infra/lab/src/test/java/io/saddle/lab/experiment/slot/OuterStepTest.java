package io.saddle.lab.experiment.slot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.diffusion.torch.HostVector;
import org.junit.jupiter.api.Test;

class OuterStepTest {

    @Test
    void momentumIsNesterovsOnTheWayBackFromTheMean() {
        OuterStep step = new OuterStep(0.5, 0.9);
        try (HostVector base = HostVector.of(2, -1);
                HostVector mean = HostVector.of(1, 1);
                HostVector velocity = HostVector.of(10, 0)) {
            step.take(base, mean, velocity);
            // d = (1, -2), v = (10, -2), theta = base - 0.5 (d + 0.9 v)
            assertArrayEquals(new float[] {10, -2}, velocity.toFloats(), 1e-6f);
            assertArrayEquals(new float[] {-3, 0.9f}, mean.toFloats(), 1e-6f);
            assertArrayEquals(new float[] {2, -1}, base.toFloats());
        }
    }

    @Test
    void theMeanItselfIsLeftToTheBit() {
        try (HostVector base = HostVector.of(1e8f);
                HostVector mean = HostVector.of(0.1f);
                HostVector velocity = HostVector.of(0)) {
            OuterStep.MEAN.take(base, mean, velocity);
            assertArrayEquals(new float[] {0.1f}, mean.toFloats());
        }
    }

    @Test
    void noOuterStepGoesBackwardsOrForEver() {
        assertThrows(IllegalArgumentException.class, () -> new OuterStep(0, 0));
        assertThrows(IllegalArgumentException.class, () -> new OuterStep(1, 1));
        assertThrows(IllegalArgumentException.class, () -> new OuterStep(1, -0.1));
    }
}
