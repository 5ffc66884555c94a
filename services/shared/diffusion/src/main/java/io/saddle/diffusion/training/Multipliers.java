package io.saddle.diffusion.training;

import java.util.Arrays;

/** The dual variables lambda_i >= 0, one for each constraint, in the order of the sources. */
public final class Multipliers {
    private final double[] values;

    /**
     * @throws IllegalArgumentException if a multiplier is negative or not finite
     */
    public Multipliers(double... values) {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("multiplier " + i + " must be finite and >= 0, was " + values[i]);
            }
        }
        this.values = values.clone();
    }

    /** Number of constraints m. */
    public int count() {
        return values.length;
    }

    /** The multiplier of constraint {@code i}, counted from 0. */
    public double get(int i) {
        return values[i];
    }

    /** 1 + sum_i lambda_i: what the mixture's mean loss is multiplied by. */
    public double scale() {
        double sum = 1;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** Weight of every source in the loss: 1 for the objective, then the multipliers. */
    public double[] sourceWeights() {
        double[] weights = new double[values.length + 1];
        weights[0] = 1;
        System.arraycopy(values, 0, weights, 1, values.length);
        return weights;
    }

    /** The mixture that the optimal model generates from: w_0 = 1 / (1 + sum lambda), w_i = lambda_i / (1 + sum lambda). */
    public double[] mixture() {
        double scale = scale();
        return Arrays.stream(sourceWeights()).map(weight -> weight / scale).toArray();
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
