package io.saddle.diffusion.training;

import java.util.List;
import java.util.Map;

/**
 * The record of one primal step.
 *
 * @param step its number, the first is 1
 * @param lagrangianLoss estimate of l_0 + sum_i lambda_i l_i (thresholds are not subtracted)
 * @param sources in the order of the sources, objective first
 * @param gradientNorm norm of the Lagrangian's gradient before clipping
 * @param blockGradientNorms the same by block of the network; empty except in diagnostics steps
 * @param clipped whether the gradient was scaled down
 * @param learningRate the step's learning rate
 * @param stepMillis wall-clock time
 * @param libtorchMillis the part of it that was spent inside libtorch, on the critical path: of parallel workers, the one that
 *     ended last counts
 * @param samplesPerSecond rows per second
 * @param finite false if the loss or the gradient was not finite; the state is then what it was before the step
 */
public record StepReport(
        long step,
        double lagrangianLoss,
        List<SourceReport> sources,
        double gradientNorm,
        Map<String, Double> blockGradientNorms,
        boolean clipped,
        double learningRate,
        double stepMillis,
        double libtorchMillis,
        double samplesPerSecond,
        boolean finite) {}
