package io.saddle.primaltrainer.checkpoint;

import io.saddle.diffusion.evaluation.LossEstimateResult;

/**
 * What a probe measured at a dual point: the weights that it was measured with are gone once the run has gone on.
 *
 * @param version of the constraint's definition
 * @param result the loss of the weights there
 */
public record LossProbeResult(int version, LossEstimateResult result) {}
