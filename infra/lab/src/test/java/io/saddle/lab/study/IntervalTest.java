package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {

    private static final double EXACT = 1e-9;

    /** scipy.stats.t.interval(0.95, 4, loc=mean, scale=sem). */
    @Test
    void aMeanHasStudentsInterval() {
        Interval interval =
                Interval.ofMean(List.of(0.301, 0.287, 0.322, 0.295, 0.310)).orElseThrow();

        assertEquals(0.303, interval.value(), EXACT);
        assertEquals(0.286180149810599, interval.low(), EXACT);
        assertEquals(0.319819850189401, interval.high(), EXACT);
        assertEquals(5, interval.count());
    }

    @Test
    void aSingleObservationHasNoInterval() {
        Interval interval = Interval.ofMean(List.of(2.5)).orElseThrow();

        assertEquals(2.5, interval.value());
        assertNull(interval.low());
        assertFalse(interval.excludesZero());
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        assertEquals(Interval.ofMean(List.of(1.0, 2.0)), Interval.ofMean(Arrays.asList(1.0, null, 2.0, Double.NaN)));
        assertEquals(Optional.empty(), Interval.ofMean(Arrays.asList(null, null)));
    }

    @Test
    void equalObservationsHaveAnIntervalWithoutWidth() {
        Interval interval = Interval.ofMean(List.of(3.0, 3.0, 3.0)).orElseThrow();

        assertEquals(3, interval.low());
        assertEquals(3, interval.high());
        assertTrue(interval.excludesZero());
    }

    /** scipy.stats.binomtest(k, n).proportion_ci(method='wilson'). */
    @ParameterizedTest
    @CsvSource({
        "13,15,0.621180171676776,0.962638740896935",
        "15,15,0.796116698964151,1.000000000000000",
        "0,9,0.000000000000000,0.299145048419544"
    })
    void aShareHasWilsonsInterval(long successes, long trials, double low, double high) {
        Interval interval = Interval.ofShare(successes, trials).orElseThrow();

        assertEquals(successes / (double) trials, interval.value(), EXACT);
        assertEquals(low, interval.low(), EXACT);
        assertEquals(high, interval.high(), EXACT);
    }
}
