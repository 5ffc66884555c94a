package io.saddle.diffusion.training;

/**
 * Averaging whose first steps have a smaller decay, (1 + n) / (10 + n): the random initial weights would stay in the average for long
 * otherwise. That is diffusers' EMAModel without warm-up but for its first step, which forgets the initial weights altogether.
 *
 * @param decay the final decay, 0 (no averaging) to below 1
 */
public record Ema(double decay) implements Averaging {
    public Ema {
        Averaging.requireDecay(decay);
    }

    @Override
    public double decayAt(long step) {
        return Math.min(decay, (1.0 + step) / (10.0 + step));
    }
}
