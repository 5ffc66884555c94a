package io.saddle.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LineFitTest {

    @Test
    void theSlopeIsThatOfLeastSquares() {
        // numpy.polyfit([1, 2, 4], [10, 13, 15], 1)
        LineFit fit = LineFit.of(new double[] {1, 2, 4}, new double[] {10, 13, 15});
        assertEquals(11 / 7.0, fit.slope(), 1e-12);
        assertEquals(9, fit.intercept(), 1e-12);
    }

    @Test
    void onePointHasNoSlope() {
        assertTrue(Double.isNaN(LineFit.of(new double[] {3}, new double[] {5}).slope()));
    }

    @Test
    void pointsWithoutACounterpartAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> LineFit.of(new double[] {1, 2}, new double[] {1}));
    }
}
