package io.saddle.diffusion.training;

/** Ways to estimate the gradient of the Lagrangian l_0 + sum_i lambda_i l_i. */
public enum BatchingMode {
    /**
     * One batch of B rows whose sources are drawn from the mixture (1, lambda) / (1 + sum lambda); every row weighs
     * (1 + sum lambda) / B. Costs one plain step, whatever the number of constraints is.
     */
    MIXTURE,
    /** B rows of every source, weighing 1 / B and lambda_i / B: the paper's way, m + 1 times the cost. */
    WEIGHTED_SUM
}
