package io.saddle.cli.data;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import io.saddle.diffusion.evaluation.LinearHead;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A logistic regression of each class against the others on standardised features, with a penalty on the weights' squares (liblinear).
 * Deterministic.
 */
final class LinearFit {

    /** What errors cost, against the penalty; more of it fits the training images closer. */
    private static final double[] COSTS = {1e-4, 1e-3, 1e-2, 1e-1};
    /** Of the rows, one in so many chooses among the costs. */
    private static final int FOLDS = 5;

    private static final double EPSILON = 0.01;
    /** Of a float32, relative. */
    private static final double ROUNDING = 1e-6;

    private LinearFit() {}

    /**
     * Rows of features with the class of each.
     *
     * @param features n x D
     * @param labels 0 to C - 1, n of them
     */
    record Rows(float[] features, int[] labels) {

        int count() {
            return labels.length;
        }

        int dimensions() {
            return features.length / labels.length;
        }

        Rows range(int from, int to) {
            return select(IntStream.range(from, to).toArray());
        }

        /** The rows at these positions, in this order. */
        Rows select(int[] positions) {
            float[] some = new float[positions.length * dimensions()];
            for (int i = 0; i < positions.length; i++) {
                System.arraycopy(features, positions[i] * dimensions(), some, i * dimensions(), dimensions());
            }
            return new Rows(some, Arrays.stream(positions).map(i -> labels[i]).toArray());
        }
    }

    /**
     * The layer of the cost that is best on a fifth of the rows, fitted to all of them.
     *
     * @param rows in an order that has nothing to do with their classes, of which each occurs
     * @param classes C
     */
    static LinearHead best(Rows rows, int classes) {
        int half = rows.count() - rows.count() / FOLDS;
        Rows first = rows.range(0, half);
        Rows last = rows.range(half, rows.count());
        double best = COSTS[0];
        double most = -1;
        for (double cost : COSTS) {
            double right = accuracy(fit(first, classes, cost), last);
            if (right > most) {
                most = right;
                best = cost;
            }
        }
        return fit(rows, classes, best);
    }

    /** The share of rows whose class the layer names. */
    static double accuracy(LinearHead head, Rows rows) {
        float[] logits = head.logits(rows.features());
        long right = IntStream.range(0, rows.count())
                .filter(i -> largest(logits, i * head.classes(), head.classes()) == rows.labels()[i])
                .count();
        return right / (double) rows.count();
    }

    private static int largest(float[] logits, int from, int classes) {
        int largest = 0;
        for (int c = 1; c < classes; c++) {
            largest = logits[from + c] > logits[from + largest] ? c : largest;
        }
        return largest;
    }

    private static LinearHead fit(Rows rows, int classes, double cost) {
        int width = rows.dimensions();
        double[] mean = new double[width];
        double[] deviation = new double[width];
        standardise(rows, mean, deviation);
        Problem problem = new Problem();
        problem.l = rows.count();
        problem.n = width + 1;
        problem.bias = 1;
        problem.y = Arrays.stream(rows.labels()).asDoubleStream().toArray();
        problem.x = new Feature[rows.count()][];
        for (int i = 0; i < rows.count(); i++) {
            problem.x[i] = new Feature[width + 1];
            for (int d = 0; d < width; d++) {
                double value = (rows.features()[i * width + d] - mean[d]) / deviation[d];
                problem.x[i][d] = new FeatureNode(d + 1, value);
            }
            problem.x[i][width] = new FeatureNode(width + 1, 1);
        }
        Linear.disableDebugOutput();
        Linear.resetRandom();
        return layer(
                Linear.train(problem, new Parameter(SolverType.L2R_LR, cost, EPSILON)),
                classes,
                width,
                mean,
                deviation);
    }

    private static void standardise(Rows rows, double[] mean, double[] deviation) {
        int width = mean.length;
        for (int i = 0; i < rows.features().length; i++) {
            mean[i % width] += rows.features()[i] / (double) rows.count();
        }
        for (int i = 0; i < rows.features().length; i++) {
            double difference = rows.features()[i] - mean[i % width];
            deviation[i % width] += difference * difference / rows.count();
        }
        for (int d = 0; d < width; d++) {
            // What is the same in all images, but for rounding, tells nothing.
            double spread = Math.sqrt(deviation[d]);
            deviation[d] = spread <= ROUNDING * Math.abs(mean[d]) ? 1 : spread;
        }
    }

    /** liblinear has a column of weights for each class, in its own order; of two classes one, for the first. */
    private static LinearHead layer(Model model, int classes, int width, double[] mean, double[] deviation) {
        double[] fitted = model.getFeatureWeights();
        int columns = fitted.length / (width + 1);
        float[] weights = new float[classes * width];
        float[] biases = new float[classes];
        for (int column = 0; column < columns; column++) {
            int label = model.getLabels()[column];
            double bias = fitted[width * columns + column];
            for (int d = 0; d < width; d++) {
                double weight = fitted[d * columns + column] / deviation[d];
                weights[label * width + d] = (float) weight;
                bias -= weight * mean[d];
            }
            biases[label] = (float) bias;
        }
        return new LinearHead(weights, biases);
    }
}
