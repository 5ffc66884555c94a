package io.saddle.primaltrainer;

import io.saddle.diffusion.training.ModelState;
import java.util.Map;

/**
 * Everything that a run goes on from.
 *
 * @param state weights, AdamW's moments, moving average, step; every random number follows from the step and the run's seed
 * @param dualStep dual step of the multipliers applied in the last step
 * @param windows the losses seen since the last dual step, by source
 */
record Checkpoint(ModelState state, long dualStep, Map<String, LossWindow> windows) {}
