package io.saddle.diffusion.training;

/**
 * Exponential moving average of weights. The first steps have a smaller decay, (1 + n) / (10 + n), as in diffusers' EMAModel:
 * the random initial weights would stay in the average for long otherwise.
 *
 * @param decay the final decay, 0 (no averaging) to below 1
 */
public record Ema(double decay) {
    public Ema {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("the EMA's decay must be within 0 <= decay < 1, was " + decay);
        }
    }

    /** The decay that applies after {@code step} finished steps (first = 1): average = decay average + (1 - decay) weights. */
    public double decayAt(long step) {
        return Math.min(decay, (1.0 + step) / (10.0 + step));
    }
}
