package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Arrays;

/**
 * Number, mean and scatter (sum of the outer products of the deviations from the mean) of some vectors; of the scatter only the
 * part on and below the diagonal counts.
 */
final class Moments {
    private final double[] mean;
    private final double[] scatter;
    private long count;

    Moments(int dimensions) {
        this(0, new double[dimensions], new double[Math.multiplyExact(dimensions, dimensions)]);
    }

    private Moments(long count, double[] mean, double[] scatter) {
        this.count = count;
        this.mean = mean;
        this.scatter = scatter;
    }

    /** Of {@code count} rows, in two passes: the mean first, then the scatter about it. */
    static Moments of(double[] rows, int count, int dimensions) {
        try (NDManager manager = TorchRuntime.get().newManager()) {
            double[] used = rows.length == count * dimensions ? rows : Arrays.copyOf(rows, count * dimensions);
            NDArray x = manager.create(used, new Shape(count, dimensions));
            NDArray mean = x.mean(new int[] {0});
            NDArray deviations = x.subi(mean);
            NDArray scatter = deviations.transpose().matMul(deviations);
            return new Moments(count, mean.toDoubleArray(), scatter.toDoubleArray());
        }
    }

    Moments copy() {
        return new Moments(count, mean.clone(), scatter.clone());
    }

    long count() {
        return count;
    }

    double[] mean() {
        return mean;
    }

    double[] scatter() {
        return scatter;
    }

    /**
     * Takes other vectors in (Chan, Golub, LeVeque 1979): with d the difference of the means, the scatters add up and
     * d d^T n_a n_b / (n_a + n_b) comes on top.
     */
    void merge(Moments other) {
        if (other.count == 0) {
            return;
        }
        int size = mean.length;
        long total = count + other.count;
        double part = (double) other.count / total;
        double[] difference = new double[size];
        for (int i = 0; i < size; i++) {
            difference[i] = other.mean[i] - mean[i];
        }
        for (int i = 0; i < size; i++) {
            double scaled = difference[i] * count * part;
            for (int j = 0; j <= i; j++) {
                scatter[i * size + j] += other.scatter[i * size + j] + scaled * difference[j];
            }
            mean[i] += part * difference[i];
        }
        count = total;
    }
}
