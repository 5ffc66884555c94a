package io.saddle.diffusion.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
    @Test
    void shouldDrawTheSameNumbersInEveryProcess() {
        long fixed = 162693050165100904L;
        assertEquals(fixed, new RandomStreams(42).stream("noise", 7, 3).nextLong());
    }

    @Test
    void shouldSeparateSeedsPurposesAndKeys() {
        Set<Long> first = new HashSet<>();
        int streams = 0;
        for (long seed = -2; seed < 3; seed++) {
            for (String purpose : new String[] {"noise", "timestep", ""}) {
                first.add(new RandomStreams(seed).stream(purpose).nextLong());
                streams++;
                for (long a = 0; a < 40; a++) {
                    first.add(new RandomStreams(seed).stream(purpose, a).nextLong());
                    streams++;
                    for (long b = 0; b < 40; b++) {
                        first.add(new RandomStreams(seed).stream(purpose, a, b).nextLong());
                        streams++;
                    }
                }
            }
        }
        assertEquals(streams, first.size());
    }

    @Test
    void shouldFillStandardNormalNumbersWhereItIsTold() {
        int n = 400_000;
        float[] values = new float[n + 2];
        new RandomStreams(1).gaussian(values, 1, n, "noise", 1);
        double mean = 0;
        double square = 0;
        double fourth = 0;
        for (float value : values) {
            mean += value / n;
            square += (double) value * value / n;
            fourth += Math.pow(value, 4) / n;
        }
        assertEquals(0, values[0]);
        assertEquals(0, values[n + 1]);
        assertEquals(0, mean, 0.006);
        assertEquals(1, square, 0.01);
        assertEquals(3, fourth, 0.07);
    }

    @Test
    void shouldShuffleEveryNumberOnce() {
        int[] order = new RandomStreams(1).permutation(100, "order");
        int[] sorted = IntStream.range(0, 100).toArray();
        assertFalse(Arrays.equals(sorted, order));
        Arrays.sort(order);
        assertArrayEquals(sorted, order);
    }
}
