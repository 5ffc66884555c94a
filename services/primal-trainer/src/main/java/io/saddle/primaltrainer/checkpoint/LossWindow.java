package io.saddle.primaltrainer.checkpoint;

import io.saddle.diffusion.evaluation.LossEstimateResult;

/**
 * The losses that the primal steps since the last dual step saw of one source, for {@code minibatch-loss}.
 *
 * @param rows rows seen
 * @param sum sum over the steps of rows x mean loss
 * @param sumOfSquares the same of the squared mean loss
 * @param steps steps that had rows
 */
public record LossWindow(long rows, double sum, double sumOfSquares, int steps) {

    public static final LossWindow EMPTY = new LossWindow(0, 0, 0, 0);

    public LossWindow plus(int stepRows, double meanLoss) {
        return stepRows == 0
                ? this
                : new LossWindow(
                        rows + stepRows,
                        sum + stepRows * meanLoss,
                        sumOfSquares + stepRows * meanLoss * meanLoss,
                        steps + 1);
    }

    public LossWindow plus(LossWindow later) {
        return new LossWindow(
                rows + later.rows, sum + later.sum, sumOfSquares + later.sumOfSquares, steps + later.steps);
    }

    /** Mean over the rows; its standard error from the spread between steps (NaN with a single step). */
    public LossEstimateResult estimate() {
        double mean = sum / rows;
        double variance = Math.max(0, sumOfSquares / rows - mean * mean);
        return new LossEstimateResult(mean, steps < 2 ? Double.NaN : Math.sqrt(variance / (steps - 1)), (int)
                Math.min(rows, Integer.MAX_VALUE));
    }
}
