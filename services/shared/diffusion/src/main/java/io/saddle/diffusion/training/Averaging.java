package io.saddle.diffusion.training;

/** An exponential moving average of weights: after each step average = decay average + (1 - decay) weights. It begins as the weights. */
public sealed interface Averaging permits Ema, EmaModel {
    /** The decay in the long run, 0 (no averaging) to below 1. */
    double decay();

    /** The decay that applies after {@code step} finished steps (first = 1). Depends on nothing else. */
    double decayAt(long step);

    /** The part of the average that is left after further steps in which the weights stay the same: prod_k decay_k. */
    default double decayOver(long before, long steps) {
        double decay = 1;
        for (long step = before + 1; step <= before + steps; step++) {
            decay *= decayAt(step);
        }
        return decay;
    }

    /**
     * @throws IllegalArgumentException if it is no decay
     */
    static void requireDecay(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("the EMA's decay must be within 0 <= decay < 1, was " + decay);
        }
    }
}
