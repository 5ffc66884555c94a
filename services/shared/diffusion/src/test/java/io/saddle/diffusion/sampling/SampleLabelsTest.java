package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleLabelsTest {

    private static int[] labels(SampleLabels labels, int count) {
        return IntStream.range(0, count).map(labels::label).toArray();
    }

    @Test
    void classesInTurnAreEquallyOftenThere() {
        assertArrayEquals(new int[] {3, 5, 3, 5, 3}, labels(SampleLabels.inTurn(3, 5), 5));
    }

    /** As often as chance has it, one image's whatever the others are. */
    @Test
    void drawnClassesAreASample() {
        int[] drawn = labels(SampleLabels.drawn(7, 3, 5), 4000);
        assertArrayEquals(drawn, labels(SampleLabels.drawn(7, 3, 5), 4000));
        assertFalse(Arrays.equals(drawn, labels(SampleLabels.drawn(8, 3, 5), 4000)));
        assertEquals(2000, Arrays.stream(drawn).filter(label -> label == 3).count(), 4 * Math.sqrt(1000));
        long alike = IntStream.range(1, drawn.length)
                .filter(i -> drawn[i] == drawn[i - 1])
                .count();
        assertEquals(2000, alike, 4 * Math.sqrt(1000));
    }

    @Test
    void noClassIsRefused() {
        assertThrows(IllegalArgumentException.class, SampleLabels::inTurn);
        assertThrows(IllegalArgumentException.class, () -> SampleLabels.drawn(1));
    }
}
