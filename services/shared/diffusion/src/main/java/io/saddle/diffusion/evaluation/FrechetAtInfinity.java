package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.random.RandomStreams;
import java.util.Arrays;
import java.util.Optional;

/**
 * The Frechet distance that infinitely many generated images would have (Chong and Forsyth 2020, "Effectively unbiased FID and
 * Inception Score"): that of N images is above it by an amount close to linear in 1/N, so a line is fitted through the distances of
 * {@value #POINTS} random subsets and read off at 1/N = 0.
 *
 * @param value may be below 0 where the distance is small
 * @param fewest images of the smallest subset
 * @param most images of the largest
 */
public record FrechetAtInfinity(double value, int fewest, int most) {

    private static final int POINTS = 15;
    private static final int LEAST = 100;

    /**
     * @param generated rows of which subsets are drawn
     * @param seed of the draw
     * @return empty with fewer than {@value #LEAST} rows
     */
    static Optional<FrechetAtInfinity> of(
            FeatureRows generated, FeatureGaussian reference, FrechetDistance distance, long seed) {
        int most = generated.count();
        if (most < LEAST) {
            return Optional.empty();
        }
        // With fewer images than dimensions the amount is not linear in 1/N.
        int fewest = Math.max(most / 10, Math.min(2 * generated.dimensions(), most / 2));
        double[] x = new double[POINTS];
        double[] y = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            int count = fewest + (int) ((long) (most - fewest) * i / (POINTS - 1));
            int[] chosen = Arrays.copyOf(new RandomStreams(seed).permutation(most, "frechet-at-infinity", i), count);
            x[i] = 1.0 / count;
            y[i] = distance.between(generated.select(chosen).gaussian(), reference);
        }
        return Optional.of(new FrechetAtInfinity(atZero(x, y), fewest, most));
    }

    /** The value at x = 0 of the line through the points by least squares. */
    static double atZero(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            products += (x[i] - meanX) * (y[i] - meanY);
            squares += (x[i] - meanX) * (x[i] - meanX);
        }
        return meanY - products / squares * meanX;
    }
}
