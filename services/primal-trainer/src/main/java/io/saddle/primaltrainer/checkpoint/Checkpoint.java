package io.saddle.primaltrainer.checkpoint;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.ModelState;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run goes on from; its state is closed with it.
 *
 * @param state weights, AdamW's moments, moving average, step
 * @param dualStep dual step of the multipliers applied in the last step
 * @param windows the losses seen since the last dual step, by source
 * @param dualPoints PIPELINED's: the dual points whose vectors later steps take, oldest first
 * @param multipliers the multipliers applied in the last step, by constraint
 * @param read what the trainer had seen of what others say
 * @param random where the random numbers stand; null in checkpoints of format 1
 * @param precision what the run's first trainer chose; null where the specification names one
 */
public record Checkpoint(
        ModelState state,
        long dualStep,
        Map<String, LossWindow> windows,
        List<DualPoint> dualPoints,
        Map<String, AppliedMultiplier> multipliers,
        ReadPosition read,
        RandomPosition random,
        Precision precision)
        implements AutoCloseable {

    /**
     * A constraint's part in the last step.
     *
     * @param multiplier lambda
     * @param version of the constraint's definition
     */
    public record AppliedMultiplier(double multiplier, int version) {}

    /**
     * Every random number follows from (seed, purpose, step, row), so these two are the whole position.
     *
     * @param nextStep the step that draws next
     */
    public record RandomPosition(long seed, long nextStep) {}

    /** The beginning of a run that has no checkpoint. */
    public static Checkpoint first(ModelState state, long seed) {
        return new Checkpoint(
                state,
                0,
                Map.of(),
                List.of(),
                Map.of(),
                ReadPosition.NEW,
                new RandomPosition(seed, state.step() + 1),
                null);
    }

    /** The same, with the precision that was chosen. */
    public Checkpoint in(Precision chosen) {
        return new Checkpoint(state, dualStep, windows, dualPoints, multipliers, read, random, chosen);
    }

    @Override
    public void close() {
        state.close();
    }
}
