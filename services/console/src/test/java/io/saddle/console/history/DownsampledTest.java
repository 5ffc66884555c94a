package io.saddle.console.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DownsampledTest {

    @Test
    void aShortSeriesIsKeptAsItIs() {
        Downsampled series = new Downsampled(8);
        for (int step = 1; step <= 7; step++) {
            series.add(step, step * step);
        }
        Downsampled.Buckets buckets = series.buckets();
        assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6, 7}, buckets.steps());
        assertArrayEquals(new float[] {1, 4, 9, 16, 25, 36, 49}, buckets.mean());
        assertArrayEquals(buckets.mean(), buckets.least());
        assertArrayEquals(buckets.mean(), buckets.greatest());
    }

    @Test
    void aLongSeriesKeepsItsPeaksAndItsMeanInBoundedMemory() {
        Downsampled series = new Downsampled(100);
        int steps = 123_457;
        for (int step = 1; step <= steps; step++) {
            series.add(step, step == 77_777 ? 1000 : step == 3 ? -1000 : step % 2);
        }
        Downsampled.Buckets buckets = series.buckets();
        assertTrue(
                series.buckets().steps().length > 50 && series.buckets().steps().length <= 100,
                series.buckets().steps().length + " buckets");
        assertEquals(steps, buckets.steps()[series.buckets().steps().length - 1]);
        double greatest = IntStream.range(0, series.buckets().steps().length)
                .mapToDouble(i -> buckets.greatest()[i])
                .max()
                .orElseThrow();
        assertEquals(1000, greatest);
        assertEquals(-1000, buckets.least()[0]);
        assertEquals(0.5, buckets.mean()[series.buckets().steps().length / 4], 1e-3);
        for (int i = 1; i < series.buckets().steps().length; i++) {
            assertTrue(buckets.steps()[i] > buckets.steps()[i - 1]);
        }
    }

    @Test
    void aStepThatIsDoneAgainIsNotCountedTwice() {
        Downsampled series = new Downsampled(8);
        series.add(1, 1);
        series.add(2, 2);
        series.add(1, 9);
        series.add(2, 9);
        series.add(3, 3);
        assertArrayEquals(new float[] {1, 2, 3}, series.buckets().mean());
    }

    @Test
    void sparseStepsMergeAsTheyLie() {
        Downsampled series = new Downsampled(4);
        for (long step : new long[] {1000, 2000, 3000, 4000, 5000}) {
            series.add(step, step);
        }
        assertTrue(series.buckets().steps().length <= 4);
        assertEquals(5000, series.buckets().greatest()[series.buckets().steps().length - 1]);
        assertEquals(1000, series.buckets().least()[0]);
    }

    @Test
    void whatIsNotFiniteIsLeftOut() {
        Downsampled series = new Downsampled(8);
        series.add(1, Double.NaN);
        series.add(2, Double.POSITIVE_INFINITY);
        assertEquals(0, series.buckets().steps().length);
        assertThrows(IllegalArgumentException.class, () -> new Downsampled(7));
    }

    @Test
    void aSeriesThatIsToKeepLessMergesWhatItHasAndGivesRoomBack() {
        Downsampled series = new Downsampled(1000);
        for (int step = 1; step <= 1000; step++) {
            series.add(step, step);
        }
        long before = series.bytes();
        series.limit(250);
        assertTrue(series.bytes() * 4 <= before, before + " -> " + series.bytes());
        series.add(1001, 1001);
        Downsampled.Buckets buckets = series.buckets();
        assertTrue(buckets.steps().length <= 250, buckets.steps().length + " buckets");
        assertEquals(1, buckets.least()[0]);
        assertEquals(1001, buckets.steps()[buckets.steps().length - 1]);
        // Of the steps 1 to 7, and 8 to 15.
        assertEquals(4, buckets.mean()[0], 1e-5);
        assertEquals(11.5, buckets.mean()[1], 1e-5);
    }
}
