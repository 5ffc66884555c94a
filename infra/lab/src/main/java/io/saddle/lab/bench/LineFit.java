package io.saddle.lab.bench;

import java.util.Arrays;

/**
 * The line y = intercept + slope x with the least sum of squared residuals.
 *
 * @param slope NaN with fewer than two different x
 */
public record LineFit(double intercept, double slope) {

    /**
     * @throws IllegalArgumentException if there are not as many x as y
     */
    public static LineFit of(double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(x.length + " x do not fit " + y.length + " y");
        }
        double meanX = Arrays.stream(x).average().orElse(Double.NaN);
        double meanY = Arrays.stream(y).average().orElse(Double.NaN);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        double slope = variance == 0 ? Double.NaN : covariance / variance;
        return new LineFit(meanY - slope * meanX, slope);
    }
}
