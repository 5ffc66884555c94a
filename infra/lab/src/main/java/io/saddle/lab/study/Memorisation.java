package io.saddle.lab.study;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.saddle.lab.bench.Statistics;
import java.util.Arrays;

/**
 * The nearness of generated images to training images, beside that of real ones that nobody trained on: Euclidean distances to the
 * nearest training image in a network's features. A model that copies has a ratio far below 1 and a share far above 5 %.
 *
 * @param network whose features
 * @param samples generated images of the classes in question
 * @param heldOut real ones
 * @param training images that they are held against
 * @param sampleMedian median distance of the generated
 * @param heldOutMedian of the real
 * @param ratio the former by the latter
 * @param shareBelow share of the generated that are nearer than 5 % of the real ones are
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Memorisation(
        String network,
        int samples,
        int heldOut,
        int training,
        double sampleMedian,
        double heldOutMedian,
        double ratio,
        double shareBelow) {

    private static final double QUANTILE = 0.05;

    /**
     * @param samples n x D values, row by row, at least one row
     * @param heldOut likewise
     * @param training likewise
     * @param dimensions D
     */
    static Memorisation of(String network, float[] samples, float[] heldOut, float[] training, int dimensions) {
        double[] generated = nearest(samples, training, dimensions);
        double[] real = nearest(heldOut, training, dimensions);
        double median = quantile(real, 0.5);
        double near = quantile(real, QUANTILE);
        return new Memorisation(
                network,
                generated.length,
                real.length,
                training.length / dimensions,
                quantile(generated, 0.5),
                median,
                quantile(generated, 0.5) / median,
                Arrays.stream(generated).filter(distance -> distance < near).count() / (double) generated.length);
    }

    /** Distance of each row to the nearest of others, ascending. */
    static double[] nearest(float[] rows, float[] others, int dimensions) {
        double[] nearest = new double[rows.length / dimensions];
        for (int row = 0; row < nearest.length; row++) {
            double least = Double.POSITIVE_INFINITY;
            for (int other = 0; other < others.length; other += dimensions) {
                double sum = 0;
                for (int i = 0; i < dimensions; i++) {
                    double difference = rows[row * dimensions + i] - others[other + i];
                    sum += difference * difference;
                }
                least = Math.min(least, sum);
            }
            nearest[row] = Math.sqrt(least);
        }
        Arrays.sort(nearest);
        return nearest;
    }

    private static double quantile(double[] ascending, double q) {
        return Statistics.quantile(ascending, q);
    }
}
