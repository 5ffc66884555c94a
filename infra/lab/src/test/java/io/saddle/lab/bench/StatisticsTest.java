package io.saddle.lab.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void quartilesAreNumpys() {
        Statistics s = Statistics.of(7, 1, 3, 10);
        assertEquals(5, s.median());
        assertEquals(2.5, s.q1());
        assertEquals(7.75, s.q3());
        assertEquals(9.91, s.p99(), 1e-12);
        assertEquals(4, s.count());
    }

    @Test
    void oneValueIsItsOwnMedianAndNoneHasNone() {
        assertEquals(3, Statistics.of(3).median());
        assertTrue(Double.isNaN(Statistics.of().median()));
    }

    @Test
    void aSlowPhaseOfTheMachineDropsOutOfTheRatioByRound() {
        List<double[]> ours = List.of(new double[] {8, 8, 9}, new double[] {80, 80}, new double[] {8, 8});
        List<double[]> theirs = List.of(new double[] {10, 10, 11}, new double[] {100, 100}, new double[] {10, 10});
        assertEquals(0.8, Statistics.ratioByRound(ours, theirs), 1e-12);
    }

    @Test
    void roundsWithoutACounterpartCannotBeCompared() {
        List<double[]> one = List.of(new double[] {1});
        assertThrows(IllegalArgumentException.class, () -> Statistics.ratioByRound(one, List.of()));
    }

    @Test
    void everyoneWorksOnceARoundAndAnotherOneBegins() {
        assertArrayEquals(new int[] {0, 1}, Rounds.order(2, 0));
        assertArrayEquals(new int[] {1, 0}, Rounds.order(2, 1));
        assertArrayEquals(new int[] {2, 0, 1}, Rounds.order(3, 5));
    }

    @Test
    void residentMemoryIsReadFromLinuxsStatus() {
        assertEquals(
                123456,
                ProcessMemory.field("VmPeak:\t  9 kB\nVmRSS:\t  123456 kB\n", "VmRSS")
                        .orElseThrow());
        assertTrue(ProcessMemory.field("VmPeak: 9 kB", "VmRSS").isEmpty());
    }
}
