package io.saddle.cli.data;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import io.saddle.diffusion.evaluation.FeatureRows;
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
    private static final int CHOOSERS = 5;

    private static final double EPSILON = 0.01;
    /** Of a float32, relative. */
    private static final double ROUNDING = 1e-6;

    private final Problem problem = new Problem();
    private final double[] mean;
    private final double[] deviation;

    /**
     * Rows of features with the class of each.
     *
     * @param features n x D
     * @param labels 0 to C - 1, n of them
     */
    record Rows(FeatureRows features, int[] labels) {

        int count() {
            return labels.length;
        }

        Rows range(int from, int to) {
            return new Rows(features.range(from, to), Arrays.copyOfRange(labels, from, to));
        }

        /** The share of rows whose class a layer names. */
        double accuracy(LinearHead head) {
            return right(head, IntStream.range(0, count()).toArray());
        }

        /** The share of a class's rows that a layer names so. */
        double recall(LinearHead head, int label) {
            return right(
                    head,
                    IntStream.range(0, count()).filter(i -> labels[i] == label).toArray());
        }

        private double right(LinearHead head, int[] positions) {
            int[] seen = head.classify(features.select(positions).copy());
            return IntStream.range(0, seen.length)
                            .filter(i -> seen[i] == labels[positions[i]])
                            .count()
                    / (double) seen.length;
        }
    }

    private LinearFit(Rows rows) {
        int width = rows.features().dimensions();
        float[] values = rows.features().copy();
        mean = new double[width];
        deviation = new double[width];
        standardise(values);
        problem.l = rows.count();
        problem.n = width + 1;
        problem.bias = 1;
        problem.y = Arrays.stream(rows.labels()).asDoubleStream().toArray();
        problem.x = new Feature[rows.count()][];
        for (int i = 0; i < rows.count(); i++) {
            problem.x[i] = new Feature[width + 1];
            for (int d = 0; d < width; d++) {
                problem.x[i][d] = new FeatureNode(d + 1, (values[i * width + d] - mean[d]) / deviation[d]);
            }
            problem.x[i][width] = new FeatureNode(width + 1, 1);
        }
    }

    /**
     * The layer of the cost that is best on a fifth of the rows, fitted to all of them.
     *
     * @param rows in an order that has nothing to do with their classes, of which each occurs
     * @param classes C
     */
    static LinearHead best(Rows rows, int classes) {
        int fitted = rows.count() - rows.count() / CHOOSERS;
        Rows choosers = rows.range(fitted, rows.count());
        LinearFit fit = new LinearFit(rows.range(0, fitted));
        double best = COSTS[0];
        double most = -1;
        for (double cost : COSTS) {
            double right = choosers.accuracy(fit.layer(cost, classes));
            if (right > most) {
                most = right;
                best = cost;
            }
        }
        return new LinearFit(rows).layer(best, classes);
    }

    private void standardise(float[] values) {
        int width = mean.length;
        int rows = values.length / width;
        for (int i = 0; i < values.length; i++) {
            mean[i % width] += values[i] / (double) rows;
        }
        for (int i = 0; i < values.length; i++) {
            double difference = values[i] - mean[i % width];
            deviation[i % width] += difference * difference / rows;
        }
        for (int d = 0; d < width; d++) {
            // What is the same in all images, but for rounding, tells nothing.
            double spread = Math.sqrt(deviation[d]);
            deviation[d] = spread <= ROUNDING * Math.abs(mean[d]) ? 1 : spread;
        }
    }

    /** liblinear has a column of weights for each class, in its own order; of two classes one, for the first. */
    private LinearHead layer(double cost, int classes) {
        Linear.disableDebugOutput();
        Linear.resetRandom();
        Model model = Linear.train(problem, new Parameter(SolverType.L2R_LR, cost, EPSILON));
        double[] fitted = model.getFeatureWeights();
        int width = mean.length;
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
