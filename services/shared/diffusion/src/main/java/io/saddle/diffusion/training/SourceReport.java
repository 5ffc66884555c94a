package io.saddle.diffusion.training;

/**
 * One source's part in a step.
 *
 * @param id the source
 * @param rows its rows in this step
 * @param loss their mean loss, unweighted; NaN without rows
 * @param weight the source's weight in the Lagrangian: 1 for the objective, lambda_i for constraint i
 * @param gradientNorm norm of the gradient of {@code loss}; NaN except in diagnostics steps
 * @param cosineToObjective cosine between that gradient and the objective's; NaN except in diagnostics steps
 */
public record SourceReport(
        String id, int rows, double loss, double weight, double gradientNorm, double cosineToObjective) {}
