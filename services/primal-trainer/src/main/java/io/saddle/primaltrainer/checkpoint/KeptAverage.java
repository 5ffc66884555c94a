package io.saddle.primaltrainer.checkpoint;

import io.saddle.diffusion.torch.HostVector;

/**
 * The average of the weights in a checkpoint.
 *
 * @param weights whoever gets it closes it
 * @param step number of finished primal steps
 * @param dualStep of the multipliers that the last of them took
 */
public record KeptAverage(HostVector weights, long step, long dualStep) {}
